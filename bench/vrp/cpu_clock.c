// Preloaded, it makes the monotonic and the wall clock count the processor time of the process (over CPU_CLOCK_THREADS), so that a program that searches for
// five seconds searches as long on a busy machine as on an idle one. For measuring alone.
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec* time) {
    static long long threads = 0;
    if (id != CLOCK_MONOTONIC && id != CLOCK_REALTIME) return (int)syscall(SYS_clock_gettime, id, time);
    if (threads == 0) {
        const char* said = getenv("CPU_CLOCK_THREADS");
        threads = said && atoi(said) > 0 ? atoi(said) : 1;
    }
    const int failed = (int)syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, time);
    const long long spent = (time->tv_sec * 1000000000LL + time->tv_nsec) / threads;
    time->tv_sec = 1000 + spent / 1000000000LL;  // to some a clock at zero is none
    time->tv_nsec = spent % 1000000000LL;
    return failed;
}
