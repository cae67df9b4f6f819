package e2e

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
)

// output keeps what a program has written.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// logged are the lines of the log at the level: "ERROR".
func (d *demo) logged(level string) []string {
	var list []string
	for line := range strings.Lines(d.stderr.String()) {
		if strings.Contains(line, fmt.Sprintf(`"level":%q`, level)) {
			list = append(list, strings.TrimSpace(line))
		}
	}
	return list
}
