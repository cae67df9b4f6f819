package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// postmaster is what the server's postmaster.pid says, checked against the
// process table.
type postmaster struct {
	pid    int // 0: there is no file
	alive  bool
	ready  bool // accepts connections
	socket string
}

// postmaster reads the file. Its lines (since PostgreSQL 10): process, data,
// start time, port, socket folder, address, shared memory, status.
func (c *Cluster) postmaster() postmaster {
	text, err := os.ReadFile(filepath.Join(c.data, "postmaster.pid"))
	if err != nil {
		return postmaster{}
	}
	lines := strings.Split(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil || pid <= 0 {
		return postmaster{pid: -1}
	}
	p := postmaster{pid: pid}
	p.alive = livesIn(pid, c.data)
	if len(lines) >= 8 {
		p.socket = strings.TrimSpace(lines[4])
		p.ready = strings.TrimSpace(lines[7]) == "ready"
	}
	return p
}

// livesIn reports whether the process runs and has the data as its working
// folder, as every server has. The number alone says little: another program
// may have it by now, or a zombie that nobody reaps.
func livesIn(pid int, data string) bool {
	cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	return err == nil && cwd == data
}
