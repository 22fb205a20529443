"""What happens when something dies: processes are killed, cables are pulled."""
