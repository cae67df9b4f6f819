package bench

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"signdesk/internal/db"
)

// ownTime is what this process has computed so far: unlike the time on the wall
// it does not count the machine's other work.
func ownTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// cpuTime is ownTime with that of the server of the database.
func cpuTime(b *testing.B, d *db.DB) time.Duration {
	b.Helper()
	sum := ownTime(b)
	var backend int
	if err := d.Plain().QueryRowContext(b.Context(), `SELECT pg_backend_pid()`).Scan(&backend); err != nil {
		b.Fatal(err)
	}
	server, _ := ticks(backend)
	processes, err := os.ReadDir("/proc")
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range processes {
		if pid, err := strconv.Atoi(p.Name()); err == nil {
			if parent, used := ticks(pid); pid == server || parent == server && server > 0 {
				sum += used
			}
		}
	}
	return sum
}

// ticks reads a process's parent and its time with that of its children that
// have ended; zero for one that is no more.
func ticks(pid int) (parent int, used time.Duration) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:]) // proc_pid_stat(5): from the third on
	parent, _ = strconv.Atoi(string(fields[1]))
	for _, f := range fields[11:15] { // utime stime cutime cstime, in hundredths of a second
		n, _ := strconv.Atoi(string(f))
		used += time.Duration(n) * 10 * time.Millisecond
	}
	return parent, used
}
