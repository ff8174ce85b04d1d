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
	prefixes []string          // of an instance's own tokens
	cues     map[uint64][]*cue // by the first minCue bytes, as a number
	pairs    [1 << 16 / 64]uint64
	words    []uint32
}

func newMarks(cues []cue) marks {
	k := marks{cues: map[uint64][]*cue{}, words: slices.Clone(tokenWords())}
	for _, texts := range [][]string{tokenPrefixes, jwtHeads} {
		for _, text := range texts {
			k.addPair(text)
		}
	}
	for i := range cues {
		for _, text := range cues[i].texts {
			head := cueHead([]byte(text))
			if !slices.Contains(k.cues[head], &cues[i]) {
				k.cues[head] = append(k.cues[head], &cues[i])
			}
			k.addPair(text)
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

func (k *marks) addPair(text string) {
	pair := binary.LittleEndian.Uint16([]byte(text[:2]))
	k.pairs[pair>>6] |= 1 << (pair & 63)
}

// mayBegin tells by two bytes, the first one low, whether a mark may begin there.
func (k *marks) mayBegin(pair uint16) bool { return k.pairs[pair>>6]>>(pair&63)&1 != 0 }

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
	k.addPair(prefix)
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
func (k *marks) cuesAt(p []byte) []*cue {
	if len(k.cues) == 0 || len(p) < minCue {
		return nil
	}
	return k.cues[cueHead(p)]
}

// isAt tells whether p begins with c. Open tells that it may, with more text.
func (c *cue) isAt(p []byte) (is, open bool) {
	for _, text := range c.texts {
		n := min(len(p), len(text))
		if string(p[:n]) == text[:n] {
			is = is || n == len(text)
			open = open || n < len(text)
		}
	}
	return is, open && !is
}
