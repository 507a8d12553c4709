"""E-mail by SMTP: a way out, and none in."""
