#pragma once

// Has the kernel forget which pages of Node's own file this process has used: those that it still needs come back, from the
// cache of files, when it next touches them. Those that only the start needed do not.
void UnmapNodeFile();
