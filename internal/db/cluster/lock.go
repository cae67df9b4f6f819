package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// lock is an flock on a file: the kernel drops it when its process ends in
// whatever way, so there is no stale lock to clean up.
type lock struct{ file *os.File }

const (
	shared    = syscall.LOCK_SH
	exclusive = syscall.LOCK_EX
)

// acquire waits for the lock on the file at path until ctx ends.
func acquire(ctx context.Context, path string, how int) (*lock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if err == nil {
			return &lock{f}, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
	}
}

// upgrade turns a shared lock into an exclusive one, if nobody else holds it.
// A failed upgrade may lose the shared lock: release it then.
func (l *lock) upgrade() bool {
	return syscall.Flock(int(l.file.Fd()), exclusive|syscall.LOCK_NB) == nil
}

func (l *lock) release() { l.file.Close() }

// pause sleeps for d or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
