"""Two-way mapping between a region's documents and canonical JSON.

One mapping file reads and writes: region A to region B is ``create_B(get_A(document))``, so
N regions need N files. Nothing here knows what a certificate is; fields are just paths.
"""

from interop.lens.checks import check_mapping
from interop.lens.faults import Fault
from interop.lens.mapping import Lens
from interop.lens.schema import MappingFile

__all__ = ["Fault", "Lens", "MappingFile", "check_mapping"]
