#pragma once

// CLOCK_REALTIME minus CLOCK_BOOTTIME, in whole microseconds.
double BootOffsetUs();
