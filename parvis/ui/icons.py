"""Every icon of the face, drawn on a 24 px grid: 1.7 px strokes, round caps, one colour."""

from __future__ import annotations

from types import MappingProxyType

from django.utils.safestring import SafeString

# One drawing per line: these are pictures, not code to be read.
_DRAWINGS = {
    "against": '<path d="M12 4.5V19M6 13l6 6 6-6"/>',
    "art": (
        '<path d="M12 3.5c-5 0-8.5 3.6-8.5 8.3 0 4.9 3.8 8.7 8 8.7 2 0 2.3-1.5 '
        "1.6-2.7-.9-1.7.2-3.3 2-3.3h2.4c1.9 0 3-1.4 3-3.4 "
        '0-4.2-3.6-7.6-8.5-7.6z"/><circle cx="8" cy="10" r="1"/><circle cx="12" '
        'cy="7.5" r="1"/><circle cx="16" cy="9.5" r="1"/>'
    ),
    "bell": '<path d="M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 20.5h4M12 5V3"/>',
    "bench": '<path d="M3.5 8h17M3.5 11.5h17M5.5 15h13M6.5 15v5M17.5 15v5M5.5 8v7M18.5 8v7"/>',
    "bike": (
        '<circle cx="6" cy="16" r="3.5"/><circle cx="18" cy="16" r="3.5"/><path d="M6 '
        '16l3.5-7h6L18 16M9.5 9l3.5 7h-7M8 7h3M15.5 9l-.8-2.5H17"/>'
    ),
    "broom": '<path d="M19.5 3.5l-7 8M9.5 10l5 4.5-3 6H4.5l1.5-5zM8 17l-1.5 3.5M11 17.5l-1 3"/>',
    "brush": (
        '<path d="M20 4c-4 2-8 5.5-9.5 8l2.5 2.5C15.5 13 18.5 8.5 20 4zM10 '
        '12.5c-2.5.5-3.5 2-3.5 4 0 1.5-1 2.5-2.5 3 4.5 1.5 8.5-.5 8.5-4.5"/>'
    ),
    "cal": '<path d="M4 6.5h16v13H4zM4 10.5h16M8.5 4v4M15.5 4v4M8 14h3v2.5H8z"/>',
    "child": (
        '<circle cx="9" cy="6.5" r="2.7"/><path d="M4.5 20v-6.2a4.5 4.5 0 0 1 9 '
        '0V20M15.5 20v-4.5a2.6 2.6 0 0 1 5 0V20"/><circle cx="18" cy="10.5" r="1.9"/>'
    ),
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.3l3.5 2"/>',
    "close": '<path d="M6 6l12 12M18 6L6 18"/>',
    "coin": (
        '<circle cx="12" cy="12" r="8"/><path d="M15.3 8.9a4.2 4.2 0 1 0 0 6.2M6.5 '
        '11h6M6.5 13.2h5"/>'
    ),
    "cone": '<path d="M4 19.5h16M7 19.5l4-14h2l4 14M8.7 13.5h6.6M10 9.3h4"/>',
    "data": (
        '<path d="M4 20h16M6 20v-6h3.2v6M10.8 20V8.5H14V20M15.6 20v-9h3.2v9M5 '
        '9.5l5.5-5 4 2.5L20 3.5"/>'
    ),
    "desk": (
        '<path d="M3.5 20.5h17M5.5 20.5V10M18.5 20.5V10M9.8 20.5V10M14.2 20.5V10M3.5 '
        '10L12 4l8.5 6z"/>'
    ),
    "down": '<path d="M12 4v11M7 10.5l5 5 5-5M4.5 20h15"/>',
    "drop": (
        '<path d="M12 3.5c3.5 4.5 6 7.5 6 10.8a6 6 0 0 1-12 0C6 11 8.5 8 12 3.5zM9 '
        '14.5a3 3 0 0 0 2.5 3"/>'
    ),
    "eye": (
        '<path d="M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6z"/><circle '
        'cx="12" cy="12" r="2.6"/>'
    ),
    "file": '<path d="M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5M9 12.5h6.5M9 15.5h6.5"/>',
    "find": '<circle cx="10.5" cy="10.5" r="6"/><path d="M15 15l5.5 5.5"/>',
    "flag": '<path d="M6 21V4M6 4.5h11.5l-2.5 4 2.5 4H6"/>',
    "for": '<path d="M12 19.5V5M6 11l6-6 6 6"/>',
    "gear": (
        '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle '
        'cx="9" cy="17" r="2"/>'
    ),
    "hands": (
        '<path d="M12 19.5s-8-4.7-8-10.3A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 8 2.2c0 '
        '5.6-8 10.3-8 10.3zM8.5 11.5h2l1.5-2 2 3.5 1-1.5h1"/>'
    ),
    "hide": ('<path d="M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6zM4.5 19.5l15-15"/>'),
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.5v.6"/>',
    "lamp": (
        '<path d="M12 20.5V10M9 20.5h6M8 10h8l-1.5-5.5h-5zM12 4.5V3M5 13l1.5-1M19 13l-1.5-1"/>'
    ),
    "lock": '<path d="M6 10.5h12v9H6zM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5M12 14v2.5"/>',
    "mail": '<path d="M3.5 6h17v12.5h-17zM3.5 7l8.5 6.5L20.5 7"/>',
    "me": (
        '<circle cx="12" cy="8.5" r="3.7"/><path d="M4.5 20.5c.6-4.3 3.5-6.5 '
        '7.5-6.5s6.9 2.2 7.5 6.5"/>'
    ),
    "ok": '<path d="M4.5 12.5l5 5 10-11"/>',
    "pen": '<path d="M4 20l1.2-4.6L16.4 4.2l3.4 3.4L8.6 18.8zM14 6.6l3.4 3.4M12 20h8"/>',
    "phone": (
        '<path d="M6 3.5h3l1.5 4.5-2 1.6c1 2.5 3 4.5 5.9 5.9l1.6-2 4.5 1.5v3c0 1.2-1 '
        '2-2.2 1.9C10.5 19.3 4.7 13.5 4.1 5.7 4 4.5 4.8 3.5 6 3.5z"/>'
    ),
    "photo": ('<path d="M3.5 7h4l1.5-2.5h6L16.5 7h4v12h-17z"/><circle cx="12" cy="12.8" r="3.6"/>'),
    "pin": (
        '<path d="M12 21s-6.5-6.2-6.5-11a6.5 6.5 0 0 1 13 0c0 4.8-6.5 11-6.5 '
        '11z"/><circle cx="12" cy="10" r="2.3"/>'
    ),
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "post": '<path d="M4 4.5h16v15H4zM7 12.5h7M7 15.5h5M14.5 7.5h2.5V10h-2.5z"/>',
    "reply": '<path d="M9.5 6L4 11.5l5.5 5.5M4 11.5h9.5c3.5 0 6.5 2 6.5 6.5"/>',
    "road": '<path d="M8 3.5L4 20.5M16 3.5l4 17M12 4v3M12 10v4M12 17v3.5"/>',
    "say": '<path d="M4 5h16v10.5h-8.5L7 19.5v-4H4zM8 9h8M8 12h5"/>',
    "school": (
        '<path d="M3 20.5h18M5 20.5v-9l7-5 7 5v9M12 6.5V3h3.5v2H12M10 '
        '20.5v-4.5h4v4.5M8 12.5h1M15 12.5h1"/>'
    ),
    "screen": '<path d="M3.5 5h17v11h-17zM12 16v3.5M8.5 19.5h7"/>',
    "shop": (
        '<path d="M4.5 10.5v10h15v-10M3.5 9l1.5-5h14l1.5 5a2.8 2.8 0 0 1-5.6.5 2.9 2.9 '
        '0 0 1-5.8 0A2.8 2.8 0 0 1 3.5 9zM10 20.5v-5.5h4v5.5"/>'
    ),
    "sofa": (
        '<path d="M5.5 11.5V8a2 2 0 0 1 2-2h9a2 2 0 0 1 2 2v3.5M5.5 17.5v2M18.5 '
        '17.5v2M3.5 13a2 2 0 0 1 4 0v1h9v-1a2 2 0 0 1 4 0v4.5h-17z"/>'
    ),
    "ticket": (
        '<path d="M3.5 7h17v3.2a1.9 1.9 0 0 0 0 3.6V17h-17v-3.2a1.9 1.9 0 0 0 '
        '0-3.6zM14.5 7v2.2M14.5 11v2M14.5 14.8V17"/>'
    ),
    "tree": (
        '<path d="M12 21v-8M12 16l3-2.5M5.5 11a4 4 0 0 1 1.7-6A5.3 5.3 0 0 1 17 '
        '5.5a4.2 4.2 0 0 1 1 7.5H7.5a2.6 2.6 0 0 1-2-2z"/>'
    ),
    "urn": '<path d="M4 10.5h16V20H4zM7.5 10.5V4h9v6.5M9 13.5h6M10.3 7l1.3 1.4L14 5.8"/>',
    "walk": (
        '<circle cx="12.5" cy="5" r="1.8"/><path d="M9 21l2.5-6.5-1-5.5 3 .5 1.5 3 2.5 '
        '1M11.5 14.5l3 2.5 1 4M10.5 9l-3 2-.5 3"/>'
    ),
    "warn": '<path d="M12 3.5l9 16.5H3zM12 10v5M12 17v.6"/>',
}

_STONE = '<rect x="{x}" y=".5" width="7" height="11" rx="1"{rest}/>'
_HOLLOW = ' fill="none" stroke="currentColor" stroke-width="1"'


def _stones(laid: int) -> str:
    """Three paving stones, `laid` of them filled: the drawing of a grade."""
    return "".join(
        _STONE.format(x=x, rest="" if rank < laid else _HOLLOW)
        for rank, x in enumerate((0.5, 9.5, 18.5))
    )


def _svg(drawing: str, box: str = "0 0 24 24") -> SafeString:
    # Constants of this file only: nothing a person typed can reach this markup.
    return SafeString(f'<svg class="i" viewBox="{box}" aria-hidden="true">{drawing}</svg>')


ICONS = MappingProxyType(
    {name: _svg(drawing) for name, drawing in _DRAWINGS.items()}
    | {f"grade-{laid}": _svg(_stones(laid), "0 0 26 12") for laid in range(4)}
)
"""Icon name to its markup. `grade-0` to `grade-3` are the four grades of a ballot."""
