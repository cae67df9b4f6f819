// Package sim is the outside world for development and tests: SMEV with the
// state bodies behind it, the sign-in through ESIA, a certification authority,
// 1C, the tax service's register, a reference service of organisations, mail and
// short messages, on one HTTP port and one SMTP port.
//
// Each system speaks its real wire protocol with structures of its own, so a
// wrong tag in our clients is not hidden by the same wrong tag here, and each
// has a temper: knobs that make it down, slow, refusing, repeating itself or
// signing badly. State lies in one folder; a world that was killed comes back
// with the same queues, certificates and keys. It imports only the GOST
// primitives of the product and is started by cmd/sim and by tests, never by
// the console.
package sim

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"signdesk/internal/ext/sim/ca"
	"signdesk/internal/ext/sim/dadata"
	"signdesk/internal/ext/sim/esia"
	"signdesk/internal/ext/sim/fns"
	"signdesk/internal/ext/sim/onec"
	"signdesk/internal/ext/sim/post"
	"signdesk/internal/ext/sim/smev"
	"signdesk/internal/ext/sim/state"
)

// Options say where a world lives and what it knows.
type Options struct {
	Dir        string           // state and keys; made when missing
	Now        func() time.Time // nil = time.Now
	Log        *slog.Logger     // nil = nothing is logged
	BaseURL    string           // how others reach the port; stands in certificates
	Register   string           // zip of register dumps, "" = no extracts
	Persons    string           // persons.json, "" = nobody is known
	People     []smev.Person    // instead of the file, for tests
	Redirects  []string         // where ESIA may send people back; nil = anywhere on this machine
	Mnemonic   string           // of the console in SMEV; "" = SGND01
	Visibility time.Duration    // of an unacknowledged SMEV answer; 0 = 5 s
	Kinds      string           // JSON list of information types beside the built-in ones, see smev.Kind; "" = none
}

// World is all systems over one state.
type World struct {
	SMEV *smev.Service
	CA   *ca.Service
	OneC *onec.Service
	Mail *post.Mail
	SMS  *post.SMS
	FNS  *fns.Service
	ESIA *esia.Service

	DaData *dadata.Service

	dir   string
	store *state.Store
	log   *slog.Logger
	cards []card

	people *smev.People
}

// NewWorld opens the folder, making keys and files at the first start.
func NewWorld(o Options) (*World, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Mnemonic == "" {
		o.Mnemonic = "SGND01"
	}
	if o.Visibility == 0 {
		o.Visibility = 5 * time.Second
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	store, err := state.Open(filepath.Join(o.Dir, "sim.db"))
	if err != nil {
		return nil, err
	}
	w := &World{dir: o.Dir, store: store, log: o.Log}
	if err := w.open(o); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return w, nil
}

func (w *World) open(o Options) error {
	k, err := openKeys(o)
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	people, err := smev.ReadPeople(o.Persons)
	if err != nil {
		return fmt.Errorf("persons: %w", err)
	}
	accounts, err := esia.ReadPeople(o.Persons)
	if err != nil {
		return fmt.Errorf("persons: %w", err)
	}
	if o.People != nil {
		people = smev.NewPeople(o.People)
		accounts = make([]esia.Person, len(o.People))
		for i, p := range o.People {
			accounts[i] = esia.Person{SNILS: p.SNILS, INN: p.INN, Surname: p.Surname, Name: p.Name, Patronymic: p.Patronymic, BirthDate: p.BirthDate,
				PassportSeries: p.PassportSeries, PassportNumber: p.PassportNumber}
		}
		accounts = esia.Number(accounts)
	}
	system := func(name string, defaults state.Knobs) *state.System {
		if err != nil {
			return nil
		}
		var s *state.System
		s, err = state.NewSystem(name, w.store, o.Now, o.Log, defaults)
		return s
	}
	lists, ocsp := system("crl", state.Knobs{}), system("ocsp", state.Knobs{})
	sm, au, oc := system("smev", smev.Defaults()), system("ca", ca.Defaults()), system("onec", onec.Defaults())
	ma, sh, fn, es, dd := system("mail", state.Knobs{}), system("sms", state.Knobs{}), system("fns", state.Knobs{}), system("esia", state.Knobs{}), system("dadata", state.Knobs{})
	if err != nil {
		return err
	}
	w.CA = &ca.Service{System: au, Root: k.caRoot, Issuer: k.caIssuer, Responder: k.caResponder, Foreign: k.caForeign, Lists: lists, OCSP: ocsp,
		Secret: []byte(k.cmpSecret), BaseURL: o.BaseURL}
	w.people = people
	w.SMEV = &smev.Service{System: sm, Authority: k.smevRoot.Cert, Core: k.smevCore, Providers: k.providers,
		People: people, Issued: w.CA, Visibility: o.Visibility, Files: filepath.Join(o.Dir, "files")}
	sm.CheckKnobs = smev.CheckKnobs
	w.OneC = &onec.Service{System: oc, Token: k.onecToken}
	w.Mail = post.NewMail(ma)
	w.SMS = &post.SMS{System: sh, Token: k.smsToken}
	w.ESIA = &esia.Service{System: es, Identity: k.esia, ClientID: o.Mnemonic, Client: k.esiaClient.Cert, Redirects: o.Redirects, People: accounts}
	w.FNS = &fns.Service{System: fn, Register: o.Register, Authority: k.fnsRoot, Signer: k.fnsSigner}
	w.SMEV.Records = w.FNS
	if o.Kinds != "" {
		text, err := os.ReadFile(o.Kinds)
		if err == nil {
			err = w.SMEV.RegisterJSON(text)
		}
		if err != nil {
			return err
		}
	}
	w.DaData = &dadata.Service{System: dd, Token: k.dadataToken, Records: w.FNS}
	w.cards = w.describe()
	return nil
}

// Handler serves every system and the pages.
func (w *World) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/smev", w.SMEV.Guard(w.SMEV))
	mux.Handle("/ca/cmp", w.CA.Guard(w.CA))
	w.CA.EST(mux)
	w.CA.Files(mux)
	mux.Handle("/onec/", w.OneC.Guard(w.OneC.Handler("/onec")))
	mux.Handle("POST /sms", w.SMS.Guard(w.SMS))
	mux.Handle("/esia/", w.ESIA.Guard(w.ESIA.Handler("/esia")))
	mux.Handle("/fns/", w.FNS.Guard(w.FNS.Handler("/fns")))
	mux.Handle("/dadata/", w.DaData.Guard(w.DaData.Handler("/dadata")))
	w.control(mux)
	w.pages(mux)
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("X-Simulator", "signdesk") // by which a console in production knows that it is not the real thing
		mux.ServeHTTP(rw, r)
	})
}

// System finds a system by its name: smev, ca, ocsp, crl, onec, esia, mail, sms, fns, dadata.
func (w *World) System(name string) (*state.System, bool) {
	for _, c := range w.cards {
		if c.System.Name == name {
			return c.System, true
		}
	}
	return nil, false
}

// Close stops the SMTP listener and releases the folder.
func (w *World) Close() error {
	return errors.Join(w.Mail.Close(), w.SMEV.CloseFiles(), w.store.Close())
}
