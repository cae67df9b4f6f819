package smev

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"path"
	"time"

	"github.com/jlaffaye/ftp"
)

// Files is SMEV's file store (ФХ), where files lie that are too large for a
// message: FTP in passive mode. To put one, anybody makes a folder named by the
// file's UUID and puts the file in; to fetch one, the message that refers to it
// gives a name and a password made for this one transfer. That is how public
// clients do it, one of them by SMEV's own developer.
//
// It stands inside the network that is open to SMEV's members only and has no
// TLS; what comes is believed by hash and signature alone. Its methods may be
// called from several goroutines.
type Files struct {
	Address            string // host:port
	UserName, Password string // for putting; "" = anonymous, smev

	MaxBytes int64         // of one file; 0: 1 GiB
	Idle     time.Duration // without an octet the transfer is given up; 0: 30 s
}

// FileError is why a file was not put or fetched.
type FileError struct {
	Operation string // put, fetch, verify, ping
	Code      int    // the store's reply (RFC 959, 4.2); 0 without one
	Err       error

	last bool
}

// ErrFileSize means that a file is larger than allowed.
var ErrFileSize = errors.New("smev: the file is too large")

// Temporary reports whether the same transfer may be tried again: with the same
// password while it is accepted, with that of the message's next delivery when
// it is not.
func (e *FileError) Temporary() bool { return !e.last }

// Denied reports whether the store does not know the name or the password.
func (e *FileError) Denied() bool { return e.Code == ftp.StatusNotLoggedIn }

// Absent reports whether the store has no such file (any more).
func (e *FileError) Absent() bool { return e.Code == ftp.StatusFileUnavailable }

func (e *FileError) Unwrap() error { return e.Err }

// Error is for the log. The store's own words are left out: they repeat names.
func (e *FileError) Error() string {
	if e.Code != 0 {
		return fmt.Sprintf("smev: %s a file: the store replies %d", e.Operation, e.Code)
	}
	return "smev: " + e.Operation + " a file: " + e.Err.Error()
}

// Text says to the person what happened and whose move it is.
func (e *FileError) Text() string {
	switch {
	case errors.Is(e.Err, ErrFileSize):
		return "Файл в хранилище СМЭВ больше, чем разрешено принять. Сообщите администратору."
	case errors.Is(e.Err, ErrHash):
		return "Файл из хранилища СМЭВ не тот, о котором говорит ответ: хэш не сошёлся."
	case e.Denied():
		return "Хранилище файлов СМЭВ не приняло пароль этого файла. Приём повторится с новым."
	case e.Absent():
		return "Файла в хранилище СМЭВ нет. Приём повторится сам."
	case e.last:
		return "Файл из хранилища СМЭВ не принят: его подпись не подтвердилась."
	}
	return "Хранилище файлов СМЭВ сейчас не отвечает. Приём повторится сам."
}

// fileError sorts what went wrong on the way.
func fileError(operation string, err error) error {
	if err == nil {
		return nil
	}
	var known *FileError
	if errors.As(err, &known) {
		return known
	}
	e := &FileError{Operation: operation, Err: err}
	var reply *textproto.Error
	if errors.As(err, &reply) {
		e.Code = reply.Code
		e.last = reply.Code >= 500 && !e.Denied() && !e.Absent()
	}
	e.last = e.last || errors.Is(err, ErrFileSize)
	return e
}

// Ping reports whether the store answers at all: FTP has no harmless question
// that would try a password too. The error is *FileError.
func (f *Files) Ping(ctx context.Context) error {
	c, err := f.connect(ctx)
	if err != nil {
		return fileError("ping", err)
	}
	c.close()
	return nil
}

// Put stores a file under the reference's UUID and name.
func (f *Files) Put(ctx context.Context, r Reference, file io.Reader) error {
	user, password := f.UserName, f.Password
	if user == "" {
		user, password = "anonymous", "smev"
	}
	c, err := f.dial(ctx, user, password)
	if err != nil {
		return fileError("put", err)
	}
	defer c.close()
	if err := c.MakeDir(r.UUID); err != nil && c.ChangeDir(r.UUID) != nil { // there already: an attempt before was cut off
		return fileError("put", err)
	}
	limited := &limited{file, f.limit()}
	if err := c.Stor(path.Join("/", r.UUID, r.name()), limited); err != nil {
		return fileError("put", err)
	}
	return nil
}

// Open begins to fetch the file at the offset. What is read is not verified yet:
// Reference.Verify does. Errors, of reading too, are *FileError.
func (f *Files) Open(ctx context.Context, r Reference, offset int64) (io.ReadCloser, error) {
	c, err := f.dial(ctx, r.UserName, r.Password)
	if err != nil {
		return nil, fileError("fetch", err)
	}
	if size, err := c.FileSize(r.FileName); err == nil && size > f.limit() { // a store may not tell sizes
		c.close()
		return nil, fileError("fetch", ErrFileSize)
	}
	body, err := c.RetrFrom(r.FileName, uint64(offset))
	if err != nil {
		c.close()
		return nil, fileError("fetch", err)
	}
	return &fetched{body: body, left: &limited{body, f.limit() - offset}, c: c}, nil
}

// Fetch is Open and Verify at once: the file goes to the writer while it comes,
// so what is there after an error is not to be believed.
func (f *Files) Fetch(ctx context.Context, r Reference, to io.Writer) error {
	body, err := f.Open(ctx, r, 0)
	if err != nil {
		return err
	}
	defer body.Close()
	_, err = r.Verify(io.TeeReader(body, to))
	return err
}

func (f *Files) limit() int64 {
	if f.MaxBytes == 0 {
		return 1 << 30
	}
	return f.MaxBytes
}

// session is a connection that ends with its context and never waits for an
// octet longer than it may.
type session struct{ *ftp.ServerConn }

func (f *Files) dial(ctx context.Context, user, password string) (*session, error) {
	s, err := f.connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.Login(user, password); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (f *Files) connect(ctx context.Context) (*session, error) {
	idle := f.Idle
	if idle == 0 {
		idle = 30 * time.Second
	}
	dial := func(network, address string) (net.Conn, error) {
		d := net.Dialer{Timeout: idle}
		conn, err := d.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		stop := context.AfterFunc(ctx, func() { conn.Close() })
		return &watched{conn, idle, stop}, nil
	}
	c, err := ftp.Dial(f.Address, ftp.DialWithDialFunc(dial), ftp.DialWithShutTimeout(idle))
	if err != nil {
		return nil, err
	}
	return &session{c}, nil
}

func (s *session) close() { _ = s.Quit() } // all that was to come has come, or will not

// watched gives up a connection on which nothing passes.
type watched struct {
	net.Conn
	idle time.Duration
	stop func() bool // the watch over the context
}

func (w *watched) Close() error {
	w.stop()
	return w.Conn.Close()
}

func (w *watched) Read(b []byte) (int, error) {
	if err := w.SetReadDeadline(time.Now().Add(w.idle)); err != nil {
		return 0, err
	}
	return w.Conn.Read(b)
}

func (w *watched) Write(b []byte) (int, error) {
	if err := w.SetWriteDeadline(time.Now().Add(w.idle)); err != nil {
		return 0, err
	}
	return w.Conn.Write(b)
}

// limited is a reader of at most so many octets; one more is an error.
type limited struct {
	io.Reader
	left int64
}

func (l *limited) Read(b []byte) (int, error) {
	n, err := l.Reader.Read(b)
	if l.left -= int64(n); l.left < 0 {
		return 0, ErrFileSize
	}
	return n, err
}

// fetched is a file on its way. A store that closes the connection before the
// end says so only afterwards. An error stays: who reads on gets it again.
type fetched struct {
	body *ftp.Response
	left *limited
	c    *session
	err  error
}

func (r *fetched) Read(b []byte) (n int, err error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err = r.left.Read(b)
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, io.EOF):
		if r.err = err; r.body.Close() != nil {
			r.err = fileError("fetch", io.ErrUnexpectedEOF)
		}
	default:
		_ = r.body.Close() // the first error counts
		r.err = fileError("fetch", err)
	}
	return n, r.err
}

func (r *fetched) Close() error {
	if r.err == nil {
		_ = r.body.Close() // given up
	}
	r.c.close()
	return nil
}
