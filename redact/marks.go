package redact

import (
	"encoding/binary"
	"slices"
	"strings"
	"sync"
)

// marks are the texts that show a secret nobody told of: the prefixes of tokens, which begin one,
// and cues, which stand beside one.
type marks struct {
	prefixes []string             // of an instance's own tokens
	longest  int                  // of all prefixes
	cues     map[uint64][]cueText // by the first minCue bytes, as a number
	cueHeads cueHeads             // those bytes
	tokens   pairs                // first two bytes of tokens
	all      pairs                // and of cues
	words    []uint32
}

// cueText is one text of a cue.
type cueText struct {
	text string
	cue  *cue
}

// pairs is a bit for each two bytes, the first one low.
type pairs [1 << 16 / 64]uint64

func (k *pairs) add(text string) {
	pair := binary.LittleEndian.Uint16([]byte(text[:2]))
	k[pair>>6] |= 1 << (pair & 63)
}

func (k *pairs) has(pair uint16) bool { return k[pair>>6]>>(pair&63)&1 != 0 }

// cueHeads is a bit for each hash of the first minCue bytes of a cue: words like PASS and secret, with which some begin,
// are in every line of some logs.
type cueHeads [1 << cueHeadBits / 64]uint64

const cueHeadBits = 14

func cueHeadHash(head uint64) uint64 { return head * headHash >> (64 - cueHeadBits) }

func (k *cueHeads) add(head uint64) {
	h := cueHeadHash(head)
	k[h>>6] |= 1 << (h & 63)
}

func (k *cueHeads) has(head uint64) bool {
	h := cueHeadHash(head)
	return k[h>>6]>>(h&63)&1 != 0
}

// mayBegin tells of eight bytes, as a number, whether a token or a cue may begin with them.
func (k *marks) mayBegin(head uint64) bool {
	return k.tokens.has(uint16(head)) || k.cueHeads.has(head&(1<<(8*minCue)-1))
}

func newMarks(cues []cue) marks {
	k := marks{cues: map[uint64][]cueText{}, words: slices.Clone(tokenWords())}
	for _, texts := range [][]string{tokenPrefixes, jwtHeads} {
		for _, text := range texts {
			k.addPrefix(text)
		}
	}
	for i := range cues {
		for _, text := range cues[i].texts {
			head := cueHead([]byte(text))
			k.cues[head] = append(k.cues[head], cueText{text, &cues[i]})
			k.cueHeads.add(head)
			k.all.add(text)
			k.words = append(k.words, prefixWords(text[:minCue])...)
		}
	}
	return k
}

// tokenWords are those of the tokens that are the same everywhere.
var tokenWords = sync.OnceValue(func() (all []uint32) {
	for _, texts := range [][]string{tokenPrefixes, jwtHeads} {
		for _, text := range texts {
			all = append(all, prefixWords(text)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
})

func (k *marks) addPrefix(text string) {
	k.tokens.add(text)
	k.all.add(text)
	k.longest = max(k.longest, len(text))
}

// An instance may have prefixes of its own (features.token_mask_prefixes of a payload). Shorter ones
// than minPrefix would be found everywhere; the runner reads 15 at most.
const (
	minPrefix   = 3
	maxPrefixes = 15
)

// addPrefix makes what follows that prefix a token from now on, if it looks like one made by a machine.
// The prefix is no part of the secret, as nobody who has not seen it could tell the stand-in from
// a secret. It is false if the prefix is too short, too long to be one, or one too many.
func (r *Redactor) addPrefix(prefix string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := &r.forms.marks
	isKnown := func(known string) bool { return strings.Contains(prefix, known) }
	switch {
	case slices.ContainsFunc(tokenPrefixes, isKnown) || slices.Contains(k.prefixes, prefix): // what begins there is found
		return true
	case len(prefix) < minPrefix || len(prefix) > 64 || len(k.prefixes) == maxPrefixes:
		return false
	}
	k.prefixes = append(k.prefixes, strings.Clone(prefix))
	k.addPrefix(prefix)
	k.words = append(k.words, prefixWords(prefix)...)
	r.forms.rebuild()
	return true
}

// ownPrefix is the instance's own prefix that p begins with, or "".
func (k *marks) ownPrefix(p []byte) (longest string) {
	for _, prefix := range k.prefixes {
		if len(prefix) > len(longest) && len(p) >= len(prefix) && string(p[:len(prefix)]) == prefix {
			longest = prefix
		}
	}
	return longest
}

// mayBePrefix tells whether p ends within a prefix.
func (k *marks) mayBePrefix(p []byte) bool {
	if len(p) >= k.longest {
		return false
	}
	for _, texts := range [][]string{tokenPrefixes, jwtHeads, k.prefixes} {
		for _, text := range texts {
			if len(p) < len(text) && text[:len(p)] == string(p) {
				return true
			}
		}
	}
	return false
}

// looksMade tells whether what follows an instance's own prefix was made by a machine: with a word like
// "the-" for a prefix, names that begin with it are no tokens.
func looksMade(p []byte) bool {
	var lower, upper, digit bool
	for _, c := range p {
		lower = lower || 'a' <= c && c <= 'z'
		upper = upper || 'A' <= c && c <= 'Z'
		digit = digit || '0' <= c && c <= '9'
	}
	return digit || lower && upper
}

// cueHead is the first minCue bytes as a number.
func cueHead(p []byte) uint64 {
	var head [8]byte
	copy(head[:minCue], p)
	return binary.LittleEndian.Uint64(head[:])
}

// cuesAt are the cues that may stand where p begins.
func (k *marks) cuesAt(p []byte) []cueText {
	if len(p) < minCue {
		return nil
	}
	head := cueHead(p)
	if !k.cueHeads.has(head) {
		return nil
	}
	return k.cues[head]
}

// isAt tells whether p begins with c. Open tells that it may, with more text.
func (c cueText) isAt(p []byte) (is, open bool) {
	n := min(len(p), len(c.text))
	same := string(p[:n]) == c.text[:n]
	return same && n == len(c.text), same && n < len(c.text)
}
