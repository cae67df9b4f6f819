package token

import "errors"

// Stores are several stores seen as one. A token that two of them show, as
// two modules over one reader do, is the first one's.
type Stores []Store

// List shows the tokens of all stores. A store that fails does not hide the
// others' tokens: its error is returned when there are none.
func (s Stores) List() ([]Info, error) {
	var list []Info
	var failed error
	seen := map[string]bool{}
	for _, store := range s {
		part, err := store.List()
		failed = errors.Join(failed, err)
		for _, t := range part {
			if !seen[t.Serial] {
				seen[t.Serial] = true
				list = append(list, t)
			}
		}
	}
	if len(list) > 0 {
		return list, nil
	}
	return nil, failed
}

// Token shows one token; ErrNotFound when no store has it.
func (s Stores) Token(serial string) (Info, error) {
	_, info, err := s.find(serial)
	return info, err
}

// Login opens a session on the token.
func (s Stores) Login(serial, pin string) (Session, error) {
	store, _, err := s.find(serial)
	if err != nil {
		return nil, err
	}
	return store.Login(serial, pin)
}

func (s Stores) find(serial string) (Store, Info, error) {
	for _, store := range s {
		info, err := store.Token(serial)
		if !errors.Is(err, ErrNotFound) {
			return store, info, err
		}
	}
	return nil, Info{}, ErrNotFound
}
