package smev

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// ftpSession is one control connection (RFC 959, 2428 for EPSV, 3659 for SIZE
// and REST): passive transfers of octets, and no more than the store needs.
type ftpSession struct {
	s      *Service
	conn   net.Conn
	user   string
	in     bool
	folder string // the one an account may read; "" = anonymous, who puts
	dir    string // where an anonymous one stands
	offset int64
	data   net.Listener
	steps  []Step
}

const ftpIdle = 30 * time.Second

func (f *ftpSession) run() {
	defer f.conn.Close()
	defer func() { f.passive(nil) }()
	k := f.s.Knobs()
	if k.Down != "" {
		f.reply(421, "service not available")
		return
	}
	f.reply(220, "file store")
	r := bufio.NewReaderSize(f.conn, 4<<10)
	for {
		_ = f.conn.SetDeadline(time.Now().Add(ftpIdle))
		line, err := r.ReadSlice('\n')
		if err != nil {
			return
		}
		verb, arg, _ := strings.Cut(strings.TrimRight(string(line), "\r\n"), " ")
		if verb = strings.ToUpper(verb); verb == "QUIT" {
			f.reply(221, "bye")
			return
		}
		if !f.do(verb, arg) {
			return
		}
	}
}

func (f *ftpSession) reply(code int, text string) {
	fmt.Fprintf(f.conn, "%d %s\r\n", code, text)
}

// do obeys one command; false ends the connection without a word.
func (f *ftpSession) do(verb, arg string) bool {
	switch verb {
	case "USER":
		f.user, f.in = arg, false
		f.reply(331, "password please")
		return true
	case "PASS":
		if f.folder, f.in = f.s.login(f.user, arg); !f.in {
			f.reply(530, "not logged in")
			return true
		}
		on := "Put"
		if f.folder != "" {
			on = "Fetch"
		}
		f.steps = f.s.stepsFor(on)
		if f.does("denied") {
			f.in = false
			f.reply(530, "not logged in")
			return true
		}
		f.reply(230, "logged in")
		return !f.does("drop")
	case "FEAT":
		fmt.Fprint(f.conn, "211-Features\r\n EPSV\r\n SIZE\r\n REST STREAM\r\n UTF8\r\n211 End\r\n")
		return true
	case "OPTS", "NOOP", "TYPE", "MODE", "STRU":
		f.reply(200, "ok")
		return true
	case "SYST":
		f.reply(215, "UNIX Type: L8")
		return true
	}
	if !f.in {
		f.reply(530, "not logged in")
		return true
	}
	switch verb {
	case "PWD":
		f.reply(257, strconv.Quote(path.Join("/", f.dir)))
	case "CWD":
		f.enter(arg)
	case "MKD":
		f.makeDir(arg)
	case "EPSV", "PASV":
		f.listen(verb)
	case "REST":
		n, err := strconv.ParseInt(arg, 10, 64)
		if err != nil || n < 0 {
			f.reply(501, "not a number")
			return true
		}
		f.offset = n
		f.reply(350, "go on")
	case "SIZE":
		if info, err := os.Stat(f.file(arg)); err == nil && !info.IsDir() && !f.does("absent") {
			f.reply(213, fmt.Sprint(info.Size()))
		} else {
			f.reply(550, "no such file")
		}
	case "RETR":
		return f.give(arg)
	case "STOR":
		return f.take(arg)
	default:
		f.reply(502, "not here")
	}
	return true
}

// file is where a name that an account knows lies on the disk: everything it
// sees is its one folder.
func (f *ftpSession) file(arg string) string {
	if f.folder == "" {
		return "" // who puts reads nothing
	}
	return filepath.Join(f.s.Files, f.folder, filepath.Clean("/"+arg))
}

func (f *ftpSession) enter(arg string) {
	to := path.Join("/", f.dir, arg)
	if path.IsAbs(arg) {
		to = path.Clean(arg)
	}
	if f.folder == "" && to != "/" {
		if info, err := os.Stat(filepath.Join(f.s.Files, to)); err != nil || !info.IsDir() {
			f.reply(550, "no such folder")
			return
		}
	}
	f.dir = to
	f.reply(250, "ok")
}

func (f *ftpSession) makeDir(arg string) {
	name := path.Base(path.Clean(arg))
	if _, err := uuid.Parse(name); err != nil || f.folder != "" {
		f.reply(550, "a folder is named by a UUID")
		return
	}
	if err := os.MkdirAll(f.s.Files, 0o700); err != nil {
		f.reply(451, "no disk")
		return
	}
	if err := os.Mkdir(filepath.Join(f.s.Files, name), 0o700); err != nil {
		f.reply(550, "it is there already")
		return
	}
	f.reply(257, strconv.Quote("/"+name))
}

// passive replaces the listener for the next transfer.
func (f *ftpSession) passive(l net.Listener) {
	if f.data != nil {
		f.data.Close()
	}
	f.data = l
}

func (f *ftpSession) listen(verb string) {
	host, _, _ := net.SplitHostPort(f.conn.LocalAddr().String())
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		f.reply(425, "no port")
		return
	}
	f.passive(l)
	port := l.Addr().(*net.TCPAddr).Port
	if verb == "EPSV" {
		f.reply(229, fmt.Sprintf("passive (|||%d|)", port))
		return
	}
	ip := net.ParseIP(host).To4()
	if ip == nil {
		f.reply(425, "EPSV please")
		return
	}
	f.reply(227, fmt.Sprintf("passive (%d,%d,%d,%d,%d,%d)", ip[0], ip[1], ip[2], ip[3], port>>8, port&255))
}

// transfer opens the data connection and lets fn use it.
func (f *ftpSession) transfer(fn func(net.Conn) error) bool {
	if f.data == nil {
		f.reply(425, "PASV first")
		return true
	}
	f.reply(150, "here it comes")
	_ = f.data.(*net.TCPListener).SetDeadline(time.Now().Add(ftpIdle))
	conn, err := f.data.Accept()
	f.passive(nil)
	if err != nil {
		f.reply(425, "nobody came")
		return true
	}
	_ = conn.SetDeadline(time.Now().Add(10 * ftpIdle))
	if d := f.delay(); d > 0 {
		f.pause(min(d, ftpIdle))
	}
	err = fn(conn)
	conn.Close()
	switch {
	case errors.Is(err, errTooLarge):
		f.reply(552, "too large")
	case err != nil:
		f.reply(426, "cut off")
	default:
		f.reply(226, "done")
	}
	return !f.does("cut")
}

// pause waits, or until the store closes.
func (f *ftpSession) pause(d time.Duration) {
	for until := time.Now().Add(d); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		f.s.store.mu.Lock()
		closed := f.s.store.closed
		f.s.store.mu.Unlock()
		if closed {
			return
		}
	}
}

func (f *ftpSession) does(do string) bool { return (&call{steps: f.steps}).does(do) }

func (f *ftpSession) delay() time.Duration { return (&call{steps: f.steps}).duration("slow") }

// give sends a file, or what the steps make of it.
func (f *ftpSession) give(arg string) bool {
	file, err := os.Open(f.file(arg))
	if err != nil || f.does("absent") {
		f.reply(550, "no such file")
		return true
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		f.reply(550, "no such file")
		return true
	}
	from := f.offset
	f.offset = 0
	if _, err := file.Seek(from, io.SeekStart); err != nil {
		f.reply(501, "no such place")
		return true
	}
	return f.transfer(func(conn net.Conn) error {
		switch left := info.Size() - from; {
		case f.does("cut"):
			_, _ = io.CopyN(conn, file, left/2)
			return io.ErrUnexpectedEOF
		case f.does("changed"):
			if _, err := io.CopyN(conn, file, max(left-1, 0)); err != nil {
				return err
			}
			last, err := io.ReadAll(file)
			for i := range last {
				last[i] ^= 1
			}
			_, err2 := conn.Write(last)
			return errors.Join(err, err2)
		}
		_, err := io.Copy(conn, file)
		return err
	})
}

// take receives a file into the folder that was made for it.
func (f *ftpSession) take(arg string) bool {
	to := path.Join("/", f.dir, arg)
	if path.IsAbs(arg) {
		to = path.Clean(arg)
	}
	if f.folder != "" || f.does("absent") {
		f.reply(550, "not here")
		return true
	}
	return f.transfer(func(conn net.Conn) error {
		var from io.Reader = conn
		if f.does("cut") {
			from = io.LimitReader(conn, 1000)
		}
		if err := f.s.receive(path.Base(path.Dir(to)), path.Base(to), from); err != nil {
			return err
		}
		if f.does("cut") {
			return io.ErrUnexpectedEOF
		}
		return nil
	})
}
