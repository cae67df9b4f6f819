package sim

import (
	"errors"
	"mime"
	"net/http"
	"slices"
	"strconv"

	"signdesk/internal/ext/sim/ca"
)

// readyPage lets people download ready certificates of the persons the world
// knows, good ones and bad ones, to try how the console takes them.
type readyPage struct {
	People []string
	Kinds  []struct{ Kind, Title string }
}

func (w *World) ready(rw http.ResponseWriter, _ *http.Request) {
	p := readyPage{Kinds: ca.ReadyKinds}
	for _, h := range w.holders() {
		p.People = append(p.People, h.Surname+" "+h.Name+" "+h.Patronymic)
	}
	w.render(rw, "ready.html", p)
}

func (w *World) readyFile(rw http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(rw, r.Body, 4<<10)
	holders := w.holders()
	n, err := strconv.Atoi(r.FormValue("person"))
	if err != nil || n < 0 || n >= len(holders) {
		http.NotFound(rw, r)
		return
	}
	content, file, err := w.CA.Ready(r.FormValue("kind"), holders[n])
	if err != nil {
		w.log.Error("ready certificate", "err", err)
		http.Error(rw, errors.New("no such kind").Error(), http.StatusNotFound)
		return
	}
	rw.Header().Set("Content-Type", "application/pkix-cert")
	rw.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file}))
	_, _ = rw.Write(content)
}

// holders are the known persons by name.
func (w *World) holders() []ca.Holder {
	var list []ca.Holder
	for _, p := range w.people.All() {
		list = append(list, ca.Holder{Surname: p.Surname, Name: p.Name, Patronymic: p.Patronymic, SNILS: digitsOf(p.SNILS), INN: p.INN})
	}
	slices.SortFunc(list, func(a, b ca.Holder) int {
		switch {
		case a.Surname+a.Name+a.Patronymic < b.Surname+b.Name+b.Patronymic:
			return -1
		default:
			return 1
		}
	})
	return list
}

func digitsOf(s string) string {
	var b []rune
	for _, r := range s {
		if r >= '0' && r <= '9' {
			b = append(b, r)
		}
	}
	return string(b)
}
