package fns

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// place is where one <Документ> stands in the unpacked file.
type place struct {
	entry  int
	offset int64
	size   int
}

// index knows the place of every record of the dump by OGRN or OGRNIP and by INN.
type index struct {
	places  map[string]place
	headers map[int][]byte // what stands before the first record of a file
	names   []named        // of organisations, the first ones
}

// named is an organisation's full name in upper case with its number.
type named struct{ name, number string }

// maxNames kept for finding by name: a help for people, no search.
const maxNames = 20000

const (
	maxRecord = 16 << 20 // bytes; the largest real ones are a few megabytes
	maxHeader = 64 << 10
)

// The dump is searched as bytes of windows-1251: nothing is decoded, what is
// cut out is what the register wrote.
var (
	openTag  = cp1251("<Документ ")
	closeTag = cp1251("</Документ>")
	legal    = cp1251("<СвЮЛ ")
	trader   = cp1251("<СвИП ")
	fullName = cp1251(` НаимЮЛПолн="`)
	ogrn     = cp1251(` ОГРН="`)
	ogrnip   = cp1251(` ОГРНИП="`)
	inn      = cp1251(` ИНН="`)
	innfl    = cp1251(` ИННФЛ="`)
)

func cp1251(s string) []byte {
	b, err := charmap.Windows1251.NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic(err) // constants of this file
	}
	return b
}

// build reads every .xml of the zip once.
func build(file string) (*index, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	ix := &index{places: map[string]place{}, headers: map[int][]byte{}}
	for i, f := range z.File {
		if !strings.HasSuffix(strings.ToLower(f.Name), ".xml") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		err = ix.scan(i, r)
		r.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return ix, nil
}

// scan walks one file in a sliding buffer.
func (ix *index) scan(entry int, r io.Reader) error {
	var buf []byte
	var base int64 // offset of buf[0] in the file
	chunk := make([]byte, 1<<20)
	for {
		n, err := r.Read(chunk)
		buf = append(buf, chunk[:n]...)
		used := ix.records(entry, base, buf)
		base += int64(used)
		buf = append(buf[:0], buf[used:]...)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(buf) > maxRecord+maxHeader {
			return errors.New("a record is larger than 16 MB, or this is no register file")
		}
	}
}

// records notes the whole records in buf and says how much of it is used up.
func (ix *index) records(entry int, base int64, buf []byte) int {
	used := 0
	for {
		from := bytes.Index(buf[used:], openTag)
		if from < 0 {
			return used
		}
		from += used
		to := bytes.Index(buf[from:], closeTag)
		if to < 0 {
			return used
		}
		size := to + len(closeTag)
		if ix.headers[entry] == nil && from <= maxHeader {
			ix.headers[entry] = bytes.Clone(buf[:from])
		}
		numbers := findNumbers(buf[from : from+size])
		for _, m := range numbers {
			ix.places[m] = place{entry, base + int64(from), size}
		}
		if len(numbers) > 0 && len(ix.names) < maxNames {
			if _, rest, ok := bytes.Cut(buf[from:from+size], fullName); ok {
				name, _, _ := bytes.Cut(rest, []byte(`"`))
				if plain, err := charmap.Windows1251.NewDecoder().Bytes(name); err == nil {
					ix.names = append(ix.names, named{strings.ToUpper(string(plain)), numbers[0]})
				}
			}
		}
		used = from + size
	}
}

// findNumbers reads OGRN or OGRNIP and INN from the start tag of the record
// proper; their lengths keep them apart.
func findNumbers(record []byte) (numbers []string) {
	for _, k := range []struct {
		tag, attr []byte
		length    int
	}{{legal, ogrn, 13}, {trader, ogrnip, 15}, {legal, inn, 10}, {trader, innfl, 12}} {
		at := bytes.Index(record, k.tag)
		if at < 0 {
			continue
		}
		tag, _, _ := bytes.Cut(record[at:], []byte(">"))
		if _, rest, ok := bytes.Cut(tag, k.attr); ok && len(rest) > k.length && rest[k.length] == '"' {
			numbers = append(numbers, string(rest[:k.length]))
		}
	}
	return numbers
}

// cut reads one record and the file's header again.
func (ix *index) cut(file string, p place) (header, record []byte, err error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return nil, nil, err
	}
	defer z.Close()
	if p.entry >= len(z.File) {
		return nil, nil, errors.New("the dump has changed since the start")
	}
	r, err := z.File[p.entry].Open()
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	if _, err := io.CopyN(io.Discard, r, p.offset); err != nil {
		return nil, nil, err
	}
	record = make([]byte, p.size)
	if _, err := io.ReadFull(r, record); err != nil {
		return nil, nil, err
	}
	return ix.headers[p.entry], record, nil
}
