"""Where the page is reached: names of one's own machine, a port that listens, and the token that lets others in."""

from __future__ import annotations

import ipaddress
import socket

from sim.model.arguments import whole_number
from sim.model.mistakes import Mistake

HERE = ("127.0.0.1", "localhost", "[::1]")  # names by which one's own machine is called
TOKEN = "token"  # in an address, once


def is_here(host: str) -> bool:
    """Whether a host is this machine and nothing else."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listening_at(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address.

    Raises
    ------
    Mistake
        If that cannot be had.
    """
    whole_number(port, "port", most=65535)
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        why = error.strerror or error
        raise Mistake(f"{host}:{port} cannot be listened at ({why}); write another --port or --host") from None
