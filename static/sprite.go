//go:build ignore

// Sprite writes vendor/bootstrap-icons/sprite.svg: one <symbol> per name in
// icons.txt, taken unchanged from an unpacked bootstrap-icons package. To add
// an icon, add its name to icons.txt and, in this folder, run
//
//	go run sprite.go <unpacked package>
//
// then put the new hash that the test prints into vendor/VENDOR.md.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

const folder = "vendor/bootstrap-icons"

var svg = regexp.MustCompile(`(?s)viewBox="([^"]+)">(.*)</svg>`)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run sprite.go <unpacked bootstrap-icons>")
	}
	names, err := os.ReadFile(filepath.Join(folder, "icons.txt"))
	if err != nil {
		log.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("<!-- Bootstrap Icons, MIT, see LICENSE. Written by sprite.go. -->\n")
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">` + "\n")
	for _, name := range strings.Fields(string(names)) {
		drawing, err := os.ReadFile(filepath.Join(os.Args[1], "icons", name+".svg"))
		if err != nil {
			log.Fatal(err)
		}
		m := svg.FindStringSubmatch(string(drawing))
		if m == nil {
			log.Fatalf("%s: not a drawing this program knows", name)
		}
		fmt.Fprintf(&b, "<symbol id=%q viewBox=%q>%s</symbol>\n", name, m[1], strings.Join(strings.Fields(m[2]), " "))
	}
	b.WriteString("</svg>\n")
	if err := os.WriteFile(filepath.Join(folder, "sprite.svg"), []byte(b.String()), 0o644); err != nil {
		log.Fatal(err)
	}
}
