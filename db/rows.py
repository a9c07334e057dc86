from typing import Any

from sqlalchemy import Row

# A row of several columns; what they are stands in the query that made it.
AnyRow = Row[*tuple[Any, ...]]
