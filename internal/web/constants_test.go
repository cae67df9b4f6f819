package web

import (
	"html/template"
	"strings"
	"testing"
)

// What is written once says what would be said each time.
func TestFoldConstants(t *testing.T) {
	const text = `{{define "in"}}<b>{{icon "search"}}</b>{{end}}<link href="{{asset "css/bare.css"}}">
{{- if .}}{{icon "x-lg"}}{{else}}{{icon "lock"}}{{end}}{{with .}}{{icon "check"}}{{end}}
{{- range .}}{{icon "dot"}}{{icon .}}{{template "in"}}{{else}}{{icon "inbox"}}{{end}}{{$x := icon "eye"}}{{$x}}{{icon "<&>"}}`
	parse := func() *template.Template {
		return template.Must(template.New("page").Funcs(funcs).Parse(text))
	}
	folded := parse()
	if err := foldConstants(folded); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(folded.Tree.Root.String(), "{{icon "); n != 1 { // the one in the range
		t.Errorf("%d calls left in %s", n, folded.Tree.Root)
	}
	for _, data := range [][]string{nil, {"plus", "<script>"}} {
		var want, got strings.Builder
		if err := parse().Execute(&want, data); err != nil {
			t.Fatal(err)
		}
		if err := folded.Execute(&got, data); err != nil {
			t.Fatal(err)
		}
		if got.String() != want.String() {
			t.Errorf("%q\n got %s\nwant %s", data, &got, &want)
		}
	}
	if err := foldConstants(template.Must(template.New("").Funcs(funcs).Parse(`{{asset "css/none.css"}}`))); err == nil {
		t.Error("an asset that does not exist was taken")
	}
}
