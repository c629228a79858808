"""Files as they arrive: small, and nowhere but in memory."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from komatsu_support.reading.limits import BYTES


class SmallFilesInMemory(FileUploadHandler):
    """Keeps the files of one request in memory, up to the size that is read at all.

    Of what is larger nothing is kept but its size, so that the form can say so.
    """

    arrived = 0  # bytes of the request's files so far

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.content = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep the piece while there is room."""
        self.arrived += len(raw_data)
        if self.arrived <= BYTES:
            self.content.write(raw_data)
        else:
            self.content.truncate(0)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file; one that was too large is empty and has its true size."""
        self.content.seek(0)
        return InMemoryUploadedFile(
            file=self.content,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type or "",
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
