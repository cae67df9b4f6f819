package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/exchange"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/smev"
	"signdesk/internal/gost"
	"signdesk/internal/job"
)

// fund is the body that answers from outside of the simulator, with a file too
// large for a message.
type fund struct {
	*office
	client *smev.Client
	store  *smev.Files
	file   []byte
}

func newFund(t *testing.T) *fund {
	o := newOffice(t)
	f := &fund{office: o, file: bytes.Repeat([]byte("выписка\r\n"), 150_000)}
	o.knobs(state.Knobs{External: "*"})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	world := o.world.SMEV
	done := make(chan error, 1)
	go func() { done <- world.ServeFiles(l) }()
	t.Cleanup(func() {
		if err := errors.Join(world.CloseFiles(), <-done); err != nil {
			t.Error(err)
		}
	})
	f.store = &smev.Files{Address: l.Addr().String(), Idle: time.Second}
	o.Post.Files = f.store
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(o.dir, "keys", "provider-PFRF01"+name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	key, _, err := gost.ReadPrivateKey(read(".key.pem"), nil)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := gost.ParseCertificate(read(".cert.pem"))
	if err != nil {
		t.Fatal(err)
	}
	c := o.Post.SMEV
	f.client = &smev.Client{BaseURL: c.BaseURL, Signer: key, Certificate: cert, Trusted: c.Trusted, SignerName: c.SignerName, Now: o.now}
	return f
}

// answer takes the question out of the fund's queue and answers it with files.
func (f *fund) answer(inside ...smev.Attachment) {
	f.Helper()
	in, err := f.client.GetRequest(f.Context(), smev.Selector{})
	if err != nil {
		f.Fatal(err)
	}
	by := gost.Signatory{Certificate: f.client.Certificate, Key: f.client.Signer}
	r, err := smev.NewReference(uuid.NewString(), "application/zip", bytes.NewReader(f.file), by, f.now())
	if err == nil {
		err = f.store.Put(f.Context(), r, bytes.NewReader(f.file))
	}
	if err == nil {
		_, err = f.client.SendResponse(f.Context(), smev.Answer{MessageID: smev.NewMessageID(f.now()), To: in.ReplyTo, References: []smev.Reference{r}, Attachments: inside,
			Content: []byte(`<SnilsValidationResponse xmlns="http://kvs.pfr.com/snils-validation/1.0.1"><Result>true</Result></SnilsValidationResponse>`)})
	}
	if err == nil {
		err = f.client.Ack(f.Context(), in.MessageID, true)
	}
	if err != nil {
		f.Fatal(err)
	}
	f.early.Store(0) // the fund's own acknowledgement
}

// round sends, answers and takes the answer in, without its file.
func (f *fund) round() (id int64) {
	f.Helper()
	id = f.ask(time.Time{})
	if _, err := f.Send(f.Context(), job.SendMessage{}); err != nil {
		f.Fatal(err)
	}
	f.answer(smev.Attachment{ID: "note", MimeType: "text/plain", Content: []byte("записка")})
	f.poll()
	return id
}

func (f *fund) poll() {
	f.Helper()
	if _, err := f.Poll(f.Context(), job.PollSMEV{}); err != nil {
		f.Fatal(err)
	}
}

func (f *fund) fetch() time.Duration {
	f.Helper()
	again, err := f.Fetch(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	return again
}

// look reads the question and its files.
func (f *fund) look(id int64) (m *exchange.Message, files []exchange.File, octets []byte) {
	f.Helper()
	err := f.DB.Tx(f.Context(), 0, func(ctx context.Context, tx bun.IDB) (err error) {
		if m, err = exchange.Find(ctx, tx, id); err != nil {
			return err
		}
		if files, err = exchange.Files(ctx, tx, m); err != nil {
			return err
		}
		for i := range files {
			if files[i].Stored && files[i].Status == "kept" && !files[i].Destroyed {
				octets, err = io.ReadAll(exchange.OpenFile(ctx, tx, &files[i]))
			}
		}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return m, files, octets
}

func (f *fund) told() int {
	return f.number(`SELECT count(*) FROM river_job WHERE kind = 'owner.check_answered'`)
}

// A large file is fetched behind the answer: until it is here the question is
// open, its domain untold and the answer unacknowledged; whatever the store
// does, the question ends once.
func TestFilesOfAnswers(t *testing.T) {
	for name, row := range map[string]struct {
		script  string
		trouble func(f *fund)
		rounds  int // of fetching, at least, until it is settled
		ends    string
		text    string
	}{
		"at once":               {"", nil, 1, "kept", ""},
		"cut off":               {"Fetch cut", nil, 2, "kept", ""},
		"cut off again":         {"Fetch cut; Fetch cut; Fetch drop", nil, 4, "kept", ""},
		"changed once":          {"Fetch changed", nil, 2, "kept", ""},
		"another file":          {"Fetch changed; Fetch changed; Fetch changed", nil, 3, "refused", "хэш"},
		"silent":                {"Fetch slow 1500ms", nil, 2, "kept", ""},
		"password not taken":    {"Fetch denied", nil, 2, "kept", ""},
		"store is not there":    {"", func(f *fund) { f.Post.Files = &smev.Files{Address: "127.0.0.1:1"} }, 2, "kept", ""},
		"store not connected":   {"", func(f *fund) { f.Post.Files = nil }, 2, "kept", ""},
		"over the limit":        {"", func(f *fund) { f.Post.Files = &smev.Files{Address: f.store.Address, MaxBytes: 1000} }, 1, "refused", "больше"},
		"absent for three days": {strings.Repeat("Fetch absent;", 3), nil, 3, "refused", "трое суток"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFund(t)
			id := f.round()
			m, files, _ := f.look(id)
			if text, _, _ := m.Waiting(); m.Status != "sent" || !strings.Contains(text, "файл") || len(files) != 2 || f.told() != 0 || f.world.SMEV.Waiting() != 1 {
				t.Fatalf("%s %q, %d files, told %d, %d unacknowledged", m.Status, text, len(files), f.told(), f.world.SMEV.Waiting())
			}
			if err := f.world.SMEV.Script(row.script); err != nil {
				t.Fatal(err)
			}
			if row.trouble != nil {
				row.trouble(f)
			}
			rounds := 1
			for ; f.fetch() != 0 && rounds < 20; rounds++ {
				f.poll()
				if row.trouble != nil && rounds == 1 {
					f.Post.Files = f.store
				}
				if strings.Contains(row.script, "absent") && rounds == 2 {
					f.forward(73 * time.Hour)
				}
				f.forward(time.Minute)
			}
			f.forward(time.Minute)
			f.poll()
			m, files, octets := f.look(id)
			if rounds < row.rounds || m.Status != "answered" || files[1].Status != row.ends || !strings.Contains(files[1].Error, row.text) {
				t.Errorf("%d rounds, %s, %+v", rounds, m.Status, files[1])
			}
			if row.ends == "kept" && (!bytes.Equal(octets, f.file) || files[1].Verdict != "good" || files[1].Signer == "" || files[1].Size != int64(len(f.file))) {
				t.Errorf("%d of %d octets, %+v", len(octets), len(f.file), files[1])
			}
			if row.ends == "refused" && f.number(`SELECT count(*) FROM exchange_file_part WHERE file = ?`, files[1].ID) != 0 {
				t.Error("octets of a refused file stay")
			}
			if f.told() != 1 || f.world.SMEV.Waiting() != 0 || f.early.Load() != 0 {
				t.Errorf("told %d, %d unacknowledged, %d too early", f.told(), f.world.SMEV.Waiting(), f.early.Load())
			}
			if f.number(`SELECT count(*) FROM exchange_file WHERE sealed IS NOT NULL`) != 0 {
				t.Error("the password stays")
			}
		})
	}
}

// A program that is killed amid a file goes on behind the parts it has; what is
// kept is sealed, turned to a new key, and destroyed when its time is over.
func TestFileIsKeptLikeTheRest(t *testing.T) {
	f := newFund(t)
	f.file = bytes.Repeat([]byte{7}, 5<<20)
	id := f.round()
	ctx, cancel := context.WithCancel(t.Context())
	stop := make(chan struct{})
	go func() { // cut off behind the second part
		for f.number(`SELECT count(*) FROM exchange_file_part`) < 3 {
			time.Sleep(time.Millisecond)
		}
		cancel()
		close(stop)
	}()
	_, err := f.Fetch(ctx)
	<-stop
	parts := f.number(`SELECT count(*) FROM exchange_file_part`)
	t.Logf("cut off with %d parts: %v", parts, err)
	f.forward(time.Hour)
	f.fetch()
	m, files, octets := f.look(id)
	if m.Status != "answered" || !bytes.Equal(octets, f.file) || files[1].Verdict != "good" {
		t.Fatalf("%s, %d octets, %+v", m.Status, len(octets), files)
	}
	if n := f.number(`SELECT count(*) FROM exchange_file_part WHERE position(?::bytea IN sealed) > 0`, []byte("записка")); n != 0 {
		t.Error("a file lies open")
	}
	f.Keep = 24 * time.Hour
	f.forward(25 * time.Hour)
	if _, err := f.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := f.number(`SELECT count(*) FROM exchange_file_part WHERE sealed IS NOT NULL`); n != 0 {
		t.Errorf("%d parts stay", n)
	}
	if _, files, _ = f.look(id); !files[1].Destroyed || files[1].Size != int64(len(f.file)) {
		t.Errorf("%+v", files[1])
	}
}
