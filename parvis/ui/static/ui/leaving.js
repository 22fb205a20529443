// Who signs out leaves no page of theirs on the device: pages that were kept to open without network
// are forgotten first. What waits to be sent stays: it is sent once somebody who may signs in.
const LONGEST_MS = 2000;

async function forgotten() {
  const all = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  await Promise.all(all.filter((one) => one.active).map(({ active }) => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    active.postMessage({ forget: "all" }, [port2]);
  })));
}

for (const form of document.querySelectorAll("form[data-leaving]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await Promise.race([forgotten().catch(() => undefined), new Promise((resolve) => { setTimeout(resolve, LONGEST_MS); })]);
    form.submit();
  });
}
