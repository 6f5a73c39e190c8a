"""Run ``python -m sim``."""


def main() -> None:
    """Run the command line, imported only here: every worker of a pool imports this module, and needs none of it."""
    from sim.cli.main import main as command_line

    command_line()


if __name__ == "__main__":
    main()
