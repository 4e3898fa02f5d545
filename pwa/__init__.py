"""What lives on the phone (front.py), and what reaches it: push, mail, the worker."""
