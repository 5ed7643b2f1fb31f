"""`python -m workers`: the worker process."""

import sys

from workers.process import main

sys.exit(main())
