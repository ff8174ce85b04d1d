package faults

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxWrong bounds the wrong lines that Parse tells of.
const maxWrong = 10

// Parse reads a fault file. name is what its rules and errors call it. An error
// is one line for each wrong line of the file: name:line:column: what is wrong.
func Parse(name, text string) ([]*Rule, error) {
	var rules []*Rule
	var wrong []error
	n := 0
	for one := range strings.Lines(text) {
		n++
		r, err := parseLine(strings.TrimRight(one, "\r\n"))
		if err != nil {
			if wrong = append(wrong, fmt.Errorf("%s:%d:%w", name, n, err)); len(wrong) == maxWrong {
				break
			}
			continue
		}
		if r != nil {
			r.File, r.Line = name, n
			rules = append(rules, r)
		}
	}
	return rules, errors.Join(wrong...)
}

// parseLine reads one line; nil if there is no rule in it.
func parseLine(text string) (*Rule, error) {
	if at := strings.IndexFunc(text, func(c rune) bool { return c == utf8.RuneError || c < ' ' && c != '\t' }); at >= 0 {
		return nil, word{column: utf8.RuneCountInString(text[:at]) + 1}.wrong("a character that is no text")
	}
	l, err := cut(text)
	if err != nil {
		return nil, err
	}
	if len(l.where) == 0 && l.colon.text == "" {
		return nil, nil
	}
	r := &Rule{Text: l.text()}
	p := &parser{words: l.where, end: l.colon, rule: r}
	if l.colon.text == "" {
		p.end = l.end
	}
	if err := p.where(); err != nil {
		return nil, err
	}
	if l.colon.text == "" {
		return nil, l.end.expected("a colon, and then what happens")
	}
	p = &parser{words: l.what, end: l.end, rule: r}
	if err := p.what(); err != nil {
		return nil, err
	}
	return r, nil
}

// text is the line with one blank between its words.
func (l line) text() string {
	var b strings.Builder
	for i, w := range l.where {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	b.WriteString(l.colon.text)
	for _, w := range l.what {
		b.WriteString(" " + w.text)
	}
	return b.String()
}

// parser reads one half of a line.
type parser struct {
	words []word
	end   word // behind the last
	rule  *Rule
}

// next takes the next word; at the end it is an empty one.
func (p *parser) next() word {
	if len(p.words) == 0 {
		return word{column: p.end.column}
	}
	w := p.words[0]
	p.words = p.words[1:]
	return w
}

// peek is the text of the next word, "" at the end.
func (p *parser) peek() string {
	if len(p.words) == 0 {
		return ""
	}
	return p.words[0].text
}

// list are texts as an error lists them: a, b or c.
func list[T ~string](texts []T) string {
	var b strings.Builder
	for i, text := range texts {
		switch {
		case i > 0 && i == len(texts)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(string(text))
	}
	return b.String()
}
