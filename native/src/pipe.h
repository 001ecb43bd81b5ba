#pragma once

// Gives the pipe behind a descriptor room for that many bytes, unless it has more; returns what it has then, 0 where
// it is no pipe. Hosts limit this (fs.pipe-max-size, fs.pipe-user-pages-soft): then the pipe stays as it is.
unsigned WidenPipe(int fd, unsigned bytes);
