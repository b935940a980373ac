"""Formats of stored passwords: whoever reads one guesses at leisure, and most passwords are guessed."""

from mlgovern.rules.secrets.detector import Detector

HASHES = (
    Detector("bcrypt-hash", "a hashed password", "OpenBSD, bcrypt", ("$2a$", "$2b$", "$2y$"), r"\$2[aby]\$[0-9]{2}\$[./A-Za-z0-9]{53}", "hash"),
    Detector("md5-crypt-hash", "a hashed password", "Apache, htpasswd", ("$apr1$", "$1$"), r"\$(?:apr)?1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}", "hash"),
    Detector("sha-crypt-hash", "a hashed password", "crypt(5)", ("$5$", "$6$"), r"\$[56]\$(?:rounds=[0-9]{1,9}\$)?[./A-Za-z0-9]{1,16}\$(?:[./A-Za-z0-9]{86}|[./A-Za-z0-9]{43})", "hash"),
    Detector("yescrypt-hash", "a hashed password", "crypt(5)", ("$y$", "$7$"), r"\$(?:y|7)\$[./A-Za-z0-9]{1,11}\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}", "hash"),
    Detector("argon2-hash", "a hashed password", "RFC 9106", ("$argon2",), r"\$argon2(?:id|i|d)\$v=[0-9]{1,3}\$m=[0-9]{1,9},t=[0-9]{1,9},p=[0-9]{1,4}\$&S{11,88}\$&S{22,172}", "hash"),
    Detector("django-hash", "a hashed password", "Django, Password management", ("pbkdf2_sha",), r"pbkdf2_sha(?:256|1)\$[0-9]{4,8}\$&A{8,64}\$&S{27,44}={0,2}", "hash"),
    Detector("werkzeug-hash", "a hashed password", "Werkzeug, generate_password_hash", ("scrypt:", "pbkdf2:sha"), r"(?:scrypt(?::[0-9]{1,8}){3}|pbkdf2:sha(?:1|256|512):[0-9]{4,8})\$&A{8,32}\$&H{40,128}", "hash"),
)  # fmt: skip
