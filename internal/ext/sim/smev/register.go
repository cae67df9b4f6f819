package smev

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"

	"signdesk/internal/ext/sim/state"
	"signdesk/internal/gost/xmldsig"
)

// Kind is an information type that is taught to the bus: whose it is and what is
// always answered. With the knob «external» its questions go to the body's own
// queue like all others, and the answer is not used.
type Kind struct {
	Mnemonic  string `json:"mnemonic"` // of a body the world has keys of: Members
	Title     string `json:"title"`
	Namespace string `json:"namespace"`
	Request   string `json:"request"` // root elements
	Response  string `json:"response"`
	Answer    string `json:"answer"` // the document answered; "" = none ever
}

// check says what is wrong with a kind.
func (k Kind) check() error {
	switch {
	case Members()[k.Mnemonic] == "":
		return fmt.Errorf("no body has the mnemonic %q", k.Mnemonic)
	case k.Namespace == "" || k.Request == "" || k.Response == "" || k.Title == "":
		return errors.New("a kind has a title, a namespace and the roots of request and response")
	case findProvider(xml.Name{Space: k.Namespace, Local: k.Request}) != nil:
		return errors.New("the kind is built in")
	case k.Answer == "":
		return nil
	}
	text, err := xmldsig.Canonicalize([]byte(k.Answer))
	if err != nil {
		return fmt.Errorf("the answer is no XML: %w", err)
	}
	var root struct{ XMLName xml.Name }
	if err := xml.Unmarshal(text, &root); err != nil {
		return err
	}
	if root.XMLName != (xml.Name{Space: k.Namespace, Local: k.Response}) {
		return fmt.Errorf("the answer's root is {%s}%s", root.XMLName.Space, root.XMLName.Local)
	}
	return nil
}

// Register teaches the bus kinds, which it knows from then on, after a restart
// too; one of the same namespace and root is replaced. Either all are taken or none.
func (s *Service) Register(kinds ...Kind) error {
	for _, k := range kinds {
		if err := k.check(); err != nil {
			return fmt.Errorf("%s: %w", k.Namespace, err)
		}
	}
	return s.Store.Update(func(tx *tx) error {
		var err error
		for _, k := range kinds {
			err = errors.Join(err, tx.Put(s.Bucket("kinds"), k.Namespace+" "+k.Request, k))
		}
		return err
	})
}

// RegisterJSON is Register of a list in JSON.
func (s *Service) RegisterJSON(text []byte) error {
	var kinds []Kind
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(&kinds); err != nil {
		return fmt.Errorf("kinds: %w", err)
	}
	return s.Register(kinds...)
}

// provider finds who answers a request: a built-in body, or a kind registered.
func (s *Service) provider(n xml.Name) *provider {
	if p := findProvider(n); p != nil {
		return p
	}
	var k Kind
	if err := s.Store.View(func(tx *tx) error { return tx.Get(s.Bucket("kinds"), n.Space+" "+n.Local, &k) }); err != nil {
		if !errors.Is(err, state.ErrNotFound) {
			s.Log.Error("find kind", "err", err)
		}
		return nil
	}
	return &provider{mnemonic: k.Mnemonic, name: Members()[k.Mnemonic], title: k.Title, space: k.Namespace, root: k.Request, response: k.Response,
		answer: func(*request) ([]content, error) {
			if k.Answer == "" {
				return nil, nil
			}
			text, err := xmldsig.Canonicalize([]byte(k.Answer))
			return []content{{Payload: string(text)}}, err
		}}
}
