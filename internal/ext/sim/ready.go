package sim

import (
	"mime"
	"net/http"
	"slices"
	"strings"

	"signdesk/internal/ext/sim/ca"
)

// readyPage lets people download ready certificates of the persons the world
// knows, good ones and bad ones, to try how the console takes them.
type readyPage struct {
	People []ca.Holder
	Kinds  []struct{ Kind, Title string }
}

func (w *World) ready(rw http.ResponseWriter, _ *http.Request) {
	w.render(rw, "ready.html", readyPage{w.holders(), ca.ReadyKinds})
}

// readyFile takes person (his SNILS) and kind.
func (w *World) readyFile(rw http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(rw, r.Body, 4<<10)
	for _, h := range w.holders() {
		if h.SNILS != r.FormValue("person") {
			continue
		}
		content, file, err := w.CA.Ready(r.FormValue("kind"), h)
		if err != nil {
			break
		}
		rw.Header().Set("Content-Type", "application/pkix-cert")
		rw.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file}))
		_, _ = rw.Write(content)
		return
	}
	http.NotFound(rw, r)
}

// holders are the known persons by name.
func (w *World) holders() []ca.Holder {
	var list []ca.Holder
	for _, p := range w.people.All() {
		list = append(list, ca.Holder{Surname: p.Surname, Name: p.Name, Patronymic: p.Patronymic, SNILS: strings.NewReplacer("-", "", " ", "").Replace(p.SNILS), INN: p.INN})
	}
	slices.SortFunc(list, func(a, b ca.Holder) int {
		return strings.Compare(a.Surname+a.Name+a.Patronymic+a.SNILS, b.Surname+b.Name+b.Patronymic+b.SNILS)
	})
	return list
}
