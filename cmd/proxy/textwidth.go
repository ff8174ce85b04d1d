package main

import (
	"unicode"
	"unicode/utf8"
)

// runeWidth is how many columns a terminal gives to r: 2 to those of East Asia and to pictures, 0 to what
// joins the character before (Unicode Standard Annex 11, as coarse as terminals are).
func runeWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf && r != 0x303f, r >= 0xac00 && r <= 0xd7a3,
		r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6,
		r >= 0x1f300 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

// textWidth is how many columns s takes, which is printable.
func textWidth(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			for _, r := range s[i:] {
				n += runeWidth(r)
			}
			return n
		}
		n++
	}
	return n
}

// fit is s if it takes no more than that many columns, or else its beginning with … after it.
func fit(s string, columns int) string {
	if len(s) <= columns || textWidth(s) <= columns {
		return s
	}
	if columns <= 0 {
		return ""
	}
	return head(s, columns-1) + "…"
}

// fitMiddle is like fit for a column or more, but leaves out the middle: the ends of a path tell most.
func fitMiddle(s string, columns int) string {
	if len(s) <= columns || textWidth(s) <= columns {
		return s
	}
	end := tail(s, (columns-1)/2)
	return head(s, columns-1-textWidth(end)) + "…" + end
}

// head is as much of the beginning of s as fits.
func head(s string, columns int) string {
	for i, r := range s {
		if columns -= runeWidth(r); columns < 0 {
			return s[:i]
		}
	}
	return s
}

// tail is as much of the end of s as fits.
func tail(s string, columns int) string {
	for i := len(s); i > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		if columns -= runeWidth(r); columns < 0 {
			return s[i:]
		}
		i -= size
	}
	return s
}
