package faults

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// word is a piece of a line, as it stands there.
type word struct {
	text   string // with its quotes
	column int    // of its first character, from 1
}

// wrong says what is wrong at the word.
func (w word) wrong(format string, args ...any) error {
	return &wrongAt{w.column, fmt.Sprintf(format, args...)}
}

// expected says what should stand in the word's place.
func (w word) expected(what string) error {
	if w.text == "" {
		return w.wrong("expected %s", what)
	}
	return w.wrong("expected %s, not %s", what, shown(w.text))
}

// wrongAt is an error of a line.
type wrongAt struct {
	column int
	text   string
}

// Error implements error.
func (e *wrongAt) Error() string { return fmt.Sprintf("%d: %s", e.column, e.text) }

// shown is a word as an error shows it.
func shown(text string) string {
	if strings.ContainsFunc(text, func(c rune) bool { return !strconv.IsPrint(c) }) {
		return strconv.Quote(text)
	}
	return text
}

// line is a line cut into words.
type line struct {
	where, what []word
	colon       word // between them; its text is "" if there is none
	end         word // behind the last word, empty
}

// cut cuts a line into words. Blanks part them, but not between quotes; what
// begins with # is a comment; the first colon at the end of a word ends the where.
func cut(text string) (l line, err error) {
	column := 0
	for len(text) > 0 {
		n := len(text) - len(strings.TrimLeft(text, " \t"))
		column, text = column+n, text[n:]
		if text == "" || text[0] == '#' {
			break
		}
		size, err := wordSize(text, column)
		if err != nil {
			return l, err
		}
		w := word{text[:size], column + 1}
		column, text = column+utf8.RuneCountInString(w.text), text[size:]
		bare, ends := strings.CutSuffix(w.text, ":")
		switch {
		case l.colon.text != "":
			l.what = append(l.what, w)
		case ends:
			if bare != "" {
				l.where = append(l.where, word{bare, w.column})
			}
			l.colon = word{":", column}
		default:
			l.where = append(l.where, w)
		}
	}
	l.end = word{column: column + 1}
	return l, nil
}

// wordSize is how long the word is that text begins with.
func wordSize(text string, column int) (int, error) {
	quote := -1
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote >= 0 && c == '\\':
			i++
		case c == '"' && quote >= 0:
			quote = -1
		case c == '"':
			quote = i
		case quote < 0 && (c == ' ' || c == '\t'):
			return i, nil
		}
	}
	if quote >= 0 {
		return 0, word{column: column + 1 + utf8.RuneCountInString(text[:quote])}.wrong("a quote that does not end")
	}
	return len(text), nil
}

// cutAt parts a word after its first run of letters and dashes: name, operator
// and value. The operator is one of ops, or there is none.
func (w word) cutAt(ops ...string) (name, op string, value word) {
	n := strings.IndexFunc(w.text, func(c rune) bool { return c != '-' && (c < 'a' || c > 'z') })
	if n < 0 {
		return w.text, "", word{column: w.column + len(w.text)}
	}
	for _, op := range ops {
		if rest, ok := strings.CutPrefix(w.text[n:], op); ok {
			return w.text[:n], op, word{rest, w.column + n + len(op)}
		}
	}
	return w.text[:n], "", word{w.text[n:], w.column + n}
}

// unquoted is the word without its quotes, if it has some.
func (w word) unquoted() (string, error) {
	if !strings.Contains(w.text, `"`) {
		return w.text, nil
	}
	text, err := strconv.Unquote(w.text)
	if err != nil {
		return "", w.expected(`text, all of it or nothing between quotes, with \" and \n for what cannot stand there`)
	}
	return text, nil
}
