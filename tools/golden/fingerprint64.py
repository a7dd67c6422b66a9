"""Golden values of FarmHash Fingerprint64 from PyPI's pyfarmhash: python tools/golden/fingerprint64.py (pip install pyfarmhash==0.4.0)."""

import json
import pathlib

import farmhash

alphabet = "abcdefghijklmnopqrstuvwxyz0123456789-_ /ÄöΩ猫🛒"
texts = ["".join(alphabet[(i * 7 + length * 3 + i * i) % len(alphabet)] for i in range(length)) for length in range(0, 200)]
texts += ["Hello", "user_42", ">50K", "?", "\u001f", "a\u001fb", "x" * 1000, "猫" * 50]
golden = [{"text": text, "hex": f"{farmhash.fingerprint64(text.encode('utf-8')):016x}"} for text in texts]
path = pathlib.Path(__file__).parents[2] / "packages/features/test/golden/fingerprint64.json"
path.write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")
