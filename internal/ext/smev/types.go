package smev

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Type is one version of an information type (вид сведений): what is asked of
// whom, and how it is written and read. It is data because the bodies issue new
// versions: a new one is a row of Types and its codec, the client stays as it is.
type Type struct {
	Key     string // what is asked, e.g. Passport; versions of one question share it
	Version string
	Title   string // on screen

	Namespace string
	Commons   []string // beginnings of the other namespaces its answers use
	Request   string   // root elements
	Answer    string

	Origin string    // OriginSchema or OriginSamples
	Schema string    // file of the official schema, "" when there is none
	Source string    // where the element names were taken from
	From   time.Time // asked in this version since; zero: as long as the program knows it

	Words Words // what its outcomes mean for people

	codec
	anyRoot bool // no sample of the answer's root is known: Answer is a guess, any root is read
	chosen  bool
}

// What is asked: the keys of Types.
const (
	Passport         = "passport"
	SNILS            = "snils"
	SNILSByData      = "snils_by_data"
	INN              = "inn"
	INNMatch         = "inn_match"
	EGRUL            = "egrul"
	EGRIP            = "egrip"
	ESIACertificate  = "esia_certificate"
	ESIARegistration = "esia_person"
)

// How well a type is known.
const (
	OriginSchema  = "официальная схема"
	OriginSamples = "восстановлено по образцам"
)

// Table is a set of types, of one question the older versions first.
type Table []Type

// Types are the information types with a codec here. Only the program's start
// changes it (Choose).
var Types = Table{
	PassportValidity, PassportOfPerson, SNILSValidation, SNILSByPassport, PersonINN, INNOfPassport,
	EGRUL405, EGRUL406, EGRIP405, CertificateRegistration, PersonRegistration,
}

// InForce is the version in which the question is asked at the moment: the one
// that Choose named, else the last whose time has come.
func (ts Table) InForce(key string, at time.Time) (found Type, ok bool) {
	for _, t := range ts {
		switch {
		case t.Key != key:
		case t.chosen:
			return t, true
		case !ok || !t.From.After(at):
			found, ok = t, true
		}
	}
	return found, ok
}

// Unasked reports whether the type waits for its time or for an administrator's
// choice: it is asked only when it is the sole version of its question.
func (t Type) Unasked(at time.Time) bool { return t.From.After(at) && !t.chosen }

// Optional reports whether only an administrator's choice puts the type in force.
func (t Type) Optional() bool { return t.From.Equal(never) }

// Of finds the type of a content by its root's namespace, whatever is in force:
// the answer to a question of an older version is still read.
func (ts Table) Of(root xml.Name) (Type, bool) {
	for _, t := range ts {
		if t.Namespace == root.Space {
			return t, true
		}
	}
	return Type{}, false
}

// Choose names versions that are in force whatever their dates, as
// "egrul=4.0.5, passport=RFP_ACTUAL_BANK/1.0.1": contours change at their own time.
func (ts Table) Choose(versions string) (Table, error) {
	out := slices.Clone(ts)
	for pair := range strings.SplitSeq(versions, ",") {
		if pair = strings.TrimSpace(pair); pair == "" {
			continue
		}
		key, version, _ := strings.Cut(pair, "=")
		i := slices.IndexFunc(out, func(t Type) bool { return t.Key == key && t.Version == version })
		if i < 0 {
			return nil, fmt.Errorf("smev: no version %q of an information type", pair)
		}
		for j := range out {
			if out[j].Key == key {
				out[j].chosen = j == i
			}
		}
	}
	return out, nil
}

// Ask writes the content of a question in the version in force. The question is
// the struct of its kind: PassportOfPersonRequest, SNILSRequest, …
func (ts Table) Ask(key string, at time.Time, question any) ([]byte, error) {
	t, ok := ts.InForce(key, at)
	if !ok {
		return nil, fmt.Errorf("smev: no information type %q", key)
	}
	return t.Write(question)
}

// TypeOf finds a content's type among Types.
func TypeOf(root xml.Name) (Type, bool) { return Types.Of(root) }
