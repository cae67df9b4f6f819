//go:build pkcs11

package pkcs11

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/miekg/pkcs11"

	"signdesk/cmd/agent/internal/token"
)

// Store is all tokens behind the loaded modules.
type Store struct {
	modules []*module
	log     *slog.Logger

	mu      sync.Mutex
	busy    map[string]*sync.Mutex // by serial: a session holds its token alone, other tokens stay free
	factory map[string]bool        // tokens that took the factory PIN since the agent started
}

// module is one loaded library.
type module struct {
	path string
	ctx  *pkcs11.Ctx
}

// slot is where a token is at this moment.
type slot struct {
	*module
	id   uint
	info pkcs11.TokenInfo
}

// Open loads the modules. One that does not load is an error: the person who
// named it wants to know.
func Open(modules []string, log *slog.Logger) (*Store, error) {
	s := &Store{log: log, busy: map[string]*sync.Mutex{}, factory: map[string]bool{}}
	for _, path := range modules {
		ctx := pkcs11.New(path)
		if ctx == nil {
			s.Close()
			return nil, fmt.Errorf("PKCS#11 module %s cannot be loaded: is the carrier's driver installed, for this kind of processor?", path)
		}
		if err := ctx.Initialize(); err != nil && !errors.Is(err, pkcs11.Error(pkcs11.CKR_CRYPTOKI_ALREADY_INITIALIZED)) {
			ctx.Destroy()
			s.Close()
			return nil, fmt.Errorf("PKCS#11 module %s does not start: %w", path, err)
		}
		s.modules = append(s.modules, &module{path, ctx})
	}
	return s, nil
}

// Close unloads the modules.
func (s *Store) Close() {
	for _, m := range s.modules {
		if err := m.ctx.Finalize(); err != nil {
			s.log.Warn("PKCS#11 module does not end", "module", m.path, "err", err)
		}
		m.ctx.Destroy()
	}
	s.modules = nil
}

// slots looks into all readers anew. A module that fails is told of in the
// log; it does not hide the tokens of the others.
func (s *Store) slots() ([]slot, error) {
	var all []slot
	var failed error
	seen := map[string]bool{}
	for _, m := range s.modules {
		ids, err := m.ctx.GetSlotList(true)
		if err != nil {
			s.log.Warn("PKCS#11 module shows no slots", "module", m.path, "err", err)
			failed = errors.Join(failed, fmt.Errorf("module %s: %w", m.path, err))
			continue
		}
		for _, id := range ids {
			info, err := m.ctx.GetTokenInfo(id)
			if err != nil || info.Flags&pkcs11.CKF_TOKEN_INITIALIZED == 0 || !serialForm.MatchString(info.SerialNumber) || seen[info.SerialNumber] {
				continue // taken out this moment, never formatted, nameless, or seen by another module
			}
			seen[info.SerialNumber] = true
			all = append(all, slot{m, id, info})
		}
	}
	if len(all) > 0 {
		return all, nil
	}
	return nil, failed
}

// slot finds the token of the serial number.
func (s *Store) slot(serial string) (slot, error) {
	all, err := s.slots()
	for _, at := range all {
		if at.info.SerialNumber == serial {
			return at, nil
		}
	}
	return slot{}, errors.Join(token.ErrNotFound, err)
}

// List shows the tokens with their GOST keys. One that is taken out meanwhile
// is left out.
func (s *Store) List() ([]token.Info, error) {
	all, err := s.slots()
	if err != nil {
		return nil, err
	}
	var list []token.Info
	for _, at := range all {
		info, err := s.info(at)
		if err != nil {
			s.log.Warn("token cannot be read", "module", at.path, "token", at.info.SerialNumber, "err", err)
			continue
		}
		list = append(list, info)
	}
	return list, nil
}

// Token shows one token; token.ErrNotFound when it is not there.
func (s *Store) Token(serial string) (token.Info, error) {
	at, err := s.slot(serial)
	if err != nil {
		return token.Info{}, err
	}
	return s.info(at)
}

func (s *Store) info(at slot) (token.Info, error) {
	info := token.Info{
		Label: at.info.Label, Serial: at.info.SerialNumber, Kind: kind(at.info), Device: true,
		FewAttempts: at.info.Flags&pkcs11.CKF_USER_PIN_COUNT_LOW != 0, AttemptsLeft: attempts(at.info.Flags),
		DefaultPIN: at.info.Flags&pkcs11.CKF_USER_PIN_TO_BE_CHANGED != 0 || s.hasFactoryPIN(at.info.SerialNumber),
	}
	h, err := at.ctx.OpenSession(at.id, pkcs11.CKF_SERIAL_SESSION)
	if err != nil {
		return info, at.explain(err)
	}
	defer func() { _ = at.ctx.CloseSession(h) }()
	info.Containers, err = (&objects{at, h}).gostContainers()
	return info, at.explain(err)
}

func (s *Store) hasFactoryPIN(serial string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.factory[serial]
}
