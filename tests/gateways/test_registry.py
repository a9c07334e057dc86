import subprocess
import sys


def test_naming_the_gateways_loads_no_sdk() -> None:
    program = (
        "import sys; from services.gateways import cryptopay, mercadopago, stars, stripe;"
        "print(sorted({'stripe', 'mercadopago', 'requests', 'segno'} & sys.modules.keys()))"
    )

    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
