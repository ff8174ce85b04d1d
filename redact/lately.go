package redact

// maxLately is how many secrets are remembered as learned lately.
const maxLately = 256

// lately are the secrets learned last, for texts that began before and ended after: each may have one
// of which half was passed on when nobody knew it.
type lately struct {
	ring  [maxLately]*secret
	count uint64 // of all there ever were
}

func (l *lately) add(s *secret) {
	l.ring[l.count%maxLately] = s
	l.count++
}

// since are those after the first n. It is false if they are not remembered any more.
func (l *lately) since(n uint64) (list []*secret, ok bool) {
	if l.count-n > maxLately {
		return nil, false
	}
	for ; n < l.count; n++ {
		list = append(list, l.ring[n%maxLately])
	}
	return list, true
}
