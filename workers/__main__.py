"""`python -m workers`: the worker process."""

from workers.process import leave, main

leave(main())
