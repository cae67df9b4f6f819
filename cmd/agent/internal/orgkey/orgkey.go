// Package orgkey keeps the organisation's own signing key on a machine of its
// choice and signs for its console what a console has to sign, nothing else.
//
// The console reaches it by a unix socket or a loopback address. Every call
// carries an HMAC under the pairing secret, the time and an id that is taken
// once, so the secret itself never travels. The message comes whole: a raw
// digest has no way in. It is signed only when one of the rules recognises
// every byte of it, not more often than the limit, and after the journal has
// a line about it. The key is a crypto.Signer and stays behind the door,
// whatever it lives on.
package orgkey

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"signdesk/cmd/agent/internal/pairing"
	"signdesk/cmd/agent/internal/record"
	"signdesk/cmd/agent/internal/refusal"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
)

const (
	maxBody = 64 << 10         // bytes of a call
	maxSkew = time.Minute      // between the two clocks
	scheme  = "SIGNDESK-HMAC " // of the Authorization header
)

// Config is what a door is made of.
type Config struct {
	Key       crypto.Signer // of a GOST key
	Rules     []Rule
	Secret    *pairing.Secret
	PerMinute int // calls taken in a minute
	Journal   *record.Days
	Now       func() time.Time
	Log       *slog.Logger
}

// Door is the HTTP interface of one key.
type Door struct {
	Config
	public string // SubjectPublicKeyInfo, base64

	mu     sync.Mutex
	seen   map[string]time.Time // ids of calls whose time is not over
	minute time.Time
	count  int
}

// New makes the door; the key must be a GOST key.
func New(c Config) (*Door, error) {
	pub, ok := c.Key.Public().(*gost.PublicKey)
	if !ok {
		return nil, gost.ErrForeignKey
	}
	spki, err := gost.MarshalPublicKey(pub)
	if err != nil {
		return nil, err
	}
	return &Door{Config: c, public: base64.StdEncoding.EncodeToString(spki), seen: map[string]time.Time{}}, nil
}

// call is the body of every call.
type call struct {
	ID      string    `json:"id"` // 16 random bytes in hex
	At      time.Time `json:"at"`
	Message []byte    `json:"message,omitempty"` // base64
}

// Handler serves POST /v1/key (the public key) and POST /v1/sign.
func (d *Door) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/key", d.serve(func(*call) (any, error) { return map[string]string{"key": d.public}, nil }))
	mux.HandleFunc("POST /v1/sign", d.serve(d.sign))
	return mux
}

// serve lets a call in that proves to be the console's, new and not one too many.
func (d *Door) serve(do func(*call) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, err := d.authentic(r)
		var v any
		if err == nil {
			v, err = do(c)
		}
		status := http.StatusOK
		if err != nil {
			ref := refusal.As(err)
			d.Log.Warn("refused", "path", r.URL.Path, "code", ref.Code, "err", ref.Fault.Err)
			status, v = ref.Status(), map[string]string{"code": string(ref.Code), "text": ref.Fault.Text}
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(v) // the console may be gone
	}
}

func (d *Door) authentic(r *http.Request) (*call, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		return nil, refusal.New(refusal.TooLarge, fault.Invalid, "Сообщение слишком велико для подписи.", err)
	}
	given, err := base64.StdEncoding.DecodeString(cut(r.Header.Get("Authorization")))
	if err != nil || !hmac.Equal(given, d.Secret.MAC(append([]byte(r.URL.Path+"\n"), body...))) {
		return nil, refusal.New(refusal.MAC, fault.Forbidden, "Код сопряжения консоли и агента различаются.", err)
	}
	var c call
	if err := json.Unmarshal(body, &c); err != nil || len(c.ID) != 32 {
		return nil, refusal.New(refusal.Malformed, fault.Invalid, "Агент не понял обращения. Обновите агент и консоль.", err)
	}
	return &c, d.take(&c)
}

// cut returns the header's value without the scheme, "" for another scheme.
func cut(header string) string {
	if len(header) < len(scheme) || header[:len(scheme)] != scheme {
		return ""
	}
	return header[len(scheme):]
}

// take counts the call and refuses one that is late or was there before.
func (d *Door) take(c *call) error {
	now := d.Now()
	if skew := now.Sub(c.At); skew > maxSkew || skew < -maxSkew {
		return refusal.New(refusal.Clock, fault.Invalid, "Часы консоли и агента расходятся больше чем на минуту.", nil)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.seen[c.ID]; ok {
		return refusal.New(refusal.Replay, fault.Conflict, "Такое обращение уже было.", nil)
	}
	if minute := now.Truncate(time.Minute); !minute.Equal(d.minute) {
		d.minute, d.count = minute, 0
		for id, at := range d.seen {
			if now.Sub(at) > 2*maxSkew {
				delete(d.seen, id)
			}
		}
	}
	if d.count++; d.count > d.PerMinute {
		return refusal.New(refusal.Rate, fault.TooMany, "Слишком много подписей за минуту.", nil)
	}
	d.seen[c.ID] = now
	return nil
}

// sign signs a message that a rule recognises.
func (d *Door) sign(c *call) (any, error) {
	kind, err := d.recognise(c.Message)
	sum := sha256.Sum256(c.Message)
	entry := record.Entry{At: d.Now().UTC(), Event: "signed", ID: c.ID, Kind: kind, Message: hex.EncodeToString(sum[:])}
	if err != nil {
		entry.Event, entry.Code = "refused", string(refusal.Kind)
		return nil, errors.Join(refusal.New(refusal.Kind, fault.Forbidden, "Ключ организации такого не подписывает.", err), d.Journal.Note(entry))
	}
	if err := d.Journal.Note(entry); err != nil { // no line, no signature
		return nil, err
	}
	sig, err := gost.SignMessage(rand.Reader, d.Key, c.Message)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{"signature": sig}, nil
}

func (d *Door) recognise(message []byte) (kind string, err error) {
	var all []error
	for _, r := range d.Rules {
		err := r.Fits(message, d.Now())
		if err == nil {
			return r.Kind, nil
		}
		all = append(all, err)
	}
	return "", errors.Join(all...)
}
