package main

import (
	"bytes"
	"io"
	"unicode/utf8"

	"runnertape/fixtures"
	"runnertape/redact"
	"runnertape/store"
)

// file looks at what is in the recording's file, or folder, but in no exchange: of a text, what package fixtures says; of
// a database, what is left in its pages.
func (n *scanner) file() error {
	switch src := n.src.(type) {
	case *fixtures.Text:
		for _, b := range src.Beside() {
			if err := n.beside(b); err != nil {
				return err
			}
		}
		return nil
	case *store.Reader:
		return n.leftovers(src)
	default:
		n.say("%s is being recorded: what its exchanges have was looked at, and not what else is in the file", n.path)
		return nil
	}
}

// beside looks at what a text has in no exchange.
func (n *scanner) beside(b fixtures.Beside) error {
	r, err := b.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	s := n.secrets.NewLeakStream(func(l redact.Leak) { n.leaks.add(l, leakPlace{Part: b.Place}) })
	_, err = io.Copy(s, r)
	s.End()
	return err
}

// leftovers looks at what a database has beside exchanges: for the forms of tokens and keys, and for what was given.
// Of a value that was found in exchanges nothing more is told: where they go it goes.
func (n *scanner) leftovers(r *store.Reader) error {
	whole := redact.New(n.key) // which knows nothing that only is a secret where an exchange says so
	whole.Give(n.settings.given)
	given := redact.New(n.key)
	given.Give(redact.Given{Values: n.settings.given.Values})
	var all []redact.Leak
	look := func(secrets *redact.Redactor, text []byte) {
		s := secrets.NewRawLeakStream(func(l redact.Leak) { all = append(all, l) })
		s.Write(bytes.Map(separated, text))
		s.End()
	}
	err := r.Leftovers(func(text []byte, isWhole bool) error {
		if isWhole {
			look(whole, text)
		} else { // by chance, packed bytes have the form of a token
			look(given, text)
		}
		return n.done.Err()
	})
	if n.done.Err() != nil {
		return errInterrupted
	}
	for _, l := range all {
		if !n.leaks.knows(l.Value) && !n.secrets.IsStandIn(l.Value) {
			l.At = 0
			n.leaks.add(l, leakPlace{Part: unusedBytes})
		}
	}
	return err
}

// separated makes a line end of what stands between the texts of a record.
func separated(r rune) rune {
	if r < ' ' || r == utf8.RuneError {
		return '\n'
	}
	return r
}
