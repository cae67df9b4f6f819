package printed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Limits of the child.
const (
	childArg    = "read-extract-pdf"
	childMemory = 768 << 20 // bytes above what an empty process maps
	maxAnswer   = 32 << 20  // bytes
	maxPDF      = 64 << 20
	children    = 2 // at a time
)

// Limits that tests shorten, and the reading that they spoil.
var (
	childTime        = 25 * time.Second // of the clock: for a turn, and again from the start to the answer
	childCPU  uint64 = 15               // seconds of the processor
	read             = Read
)

// A TroubleError says in Russian why a PDF could not be read; the program has lost
// nothing by it.
type TroubleError struct {
	Text string
	Err  error // for the log
}

func (e *TroubleError) Error() string { return "read PDF in a child: " + e.Err.Error() }
func (e *TroubleError) Unwrap() error { return e.Err }

// answer is what the child says.
type answer struct {
	Reading *Reading `json:"reading,omitempty"`
	Damaged string   `json:"damaged,omitempty"` // a DamagedError's reason
	Failed  string   `json:"failed,omitempty"`
}

var (
	turn  = make(chan struct{}, children)
	armed bool // Child has been called: this program can be its own child
)

// Child makes the program its own child when it was started as one, and then
// does not return. It stands at the very beginning of main, and of TestMain in
// tests that read PDFs.
func Child() {
	if armed = true; len(os.Args) != 2 || os.Args[1] != childArg {
		return
	}
	if err := confine(); err != nil {
		fmt.Fprintln(os.Stderr, "limits:", err)
		os.Exit(3)
	}
	pdf, err := io.ReadAll(io.LimitReader(os.Stdin, maxPDF+1))
	if err != nil {
		os.Exit(3)
	}
	var a answer
	a.Reading, err = read(pdf)
	var damaged *DamagedError
	switch {
	case errors.As(err, &damaged):
		a = answer{Damaged: damaged.Reason}
	case err != nil:
		a = answer{Failed: err.Error()}
	}
	if json.NewEncoder(os.Stdout).Encode(a) != nil {
		os.Exit(3)
	}
	os.Exit(0)
}

// confine takes from the process what reading a file does not need.
func confine() error {
	mapped, err := addressSpace()
	if err != nil {
		return err
	}
	for resource, limit := range map[int]uint64{
		unix.RLIMIT_AS: mapped + childMemory, unix.RLIMIT_CPU: childCPU, unix.RLIMIT_FSIZE: 0, unix.RLIMIT_CORE: 0, unix.RLIMIT_NOFILE: 16,
	} {
		if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: limit, Max: limit}); err != nil && resource != unix.RLIMIT_FSIZE {
			return err
		}
	}
	return nil
}

// addressSpace is how many bytes the process has mapped: the runtime reserves
// much more than it uses.
func addressSpace() (uint64, error) {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	var pages uint64
	if _, err := fmt.Sscan(string(b), &pages); err != nil {
		return 0, err
	}
	return pages * uint64(os.Getpagesize()), nil
}

// ReadApart reads a PDF in a child process with limits of memory, processor and
// time. Errors are a *DamagedError, a *TroubleError, or ctx's own.
func ReadApart(ctx context.Context, pdf []byte) (*Reading, error) {
	if !armed {
		return nil, errors.New("printed.Child was not called in main")
	}
	if len(pdf) > maxPDF {
		return nil, trouble("Файл слишком велик для выписки.", fmt.Errorf("%d bytes", len(pdf)))
	}
	wait := time.NewTimer(childTime)
	defer wait.Stop()
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-wait.C:
		return nil, trouble("Сервер занят чтением других файлов PDF. Загрузите файл ещё раз.", errors.New("no turn"))
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, childTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "/proc/self/exe", childArg)
	cmd.Env = []string{"GOMAXPROCS=1", "GOMEMLIMIT=512MiB", "GOTRACEBACK=none"}
	cmd.Dir = "/"
	cmd.Stdin = bytes.NewReader(pdf)
	var out, complaint capped
	out.limit, complaint.limit = maxAnswer, 4<<10
	out.over = cancel
	cmd.Stdout, cmd.Stderr = &out, &complaint
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	switch {
	case out.full:
		return nil, trouble(unread, errors.New("the answer does not end"))
	case err != nil:
		return nil, failed(ctx, err, complaint.kept.String())
	}
	var a answer
	if err := json.Unmarshal(out.kept.Bytes(), &a); err != nil {
		return nil, trouble(unread, fmt.Errorf("answer: %w", err))
	}
	switch {
	case a.Damaged != "":
		return nil, &DamagedError{a.Damaged}
	case a.Failed != "":
		return nil, trouble("Файл PDF повреждён или устроен слишком сложно: прочитать его нельзя. Получите его заново.", errors.New(a.Failed))
	case a.Reading == nil:
		return nil, trouble(unread, errors.New("empty answer"))
	}
	return a.Reading, nil
}

const unread = "Файл PDF прочитать не удалось: он сломал программу чтения. Консоль это не задело. Получите файл заново."

func trouble(text string, err error) error { return &TroubleError{Text: text, Err: err} }

// failed tells how a child ended that gave no answer.
func failed(ctx context.Context, err error, complaint string) error {
	err = fmt.Errorf("%w: %s", err, complaint)
	var exit *exec.ExitError
	switch signalled := errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signaled(); {
	case errors.Is(ctx.Err(), context.DeadlineExceeded),
		signalled && (exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGXCPU || exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL):
		return trouble("Файл PDF не прочитан за отведённое время: он устроен так, что чтение не кончается. Получите файл заново.", err)
	case ctx.Err() != nil:
		return ctx.Err()
	case bytes.Contains([]byte(complaint), []byte("out of memory")), bytes.Contains([]byte(complaint), []byte("cannot allocate memory")):
		return trouble("Файл PDF не прочитан: он разворачивается в слишком большой объём. Получите файл заново.", err)
	}
	return trouble(unread, err)
}

// capped keeps the first bytes of what is written; more than that is over. The
// buffer is not embedded: its ReadFrom would take everything.
type capped struct {
	kept  bytes.Buffer
	limit int
	over  func()
	full  bool
}

func (c *capped) Write(b []byte) (int, error) {
	if c.kept.Len()+len(b) > c.limit {
		if c.full = true; c.over != nil {
			c.over()
		}
		return len(b), nil
	}
	return c.kept.Write(b)
}
