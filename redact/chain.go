package redact

import "slices"

// link is some patches that follow each other.
type link struct {
	ids   ranges
	bytes int
	since uint64 // how many secrets had been learned lately when the first of them began, or was looked at
}

// minLink is how many bytes before the end of a patch may belong to a secret that nobody knows yet.
const minLink = 4 << 10

// join is the chain of a patch that goes on behind c, which may be nil.
func (c *cut) join(id uint64, n int, since uint64) [2]link {
	own := link{ids: ranges{{id, id}}, bytes: n, since: since}
	if c == nil {
		return [2]link{{since: since}, own}
	}
	before, latest := c.chain[0], c.chain[1]
	if latest.bytes >= minLink {
		return [2]link{latest, own}
	}
	latest.ids = slices.Clone(latest.ids)
	latest.ids.add(id)
	latest.bytes += n
	latest.since = min(latest.since, since)
	return [2]link{before, latest}
}

// ids are the patches that c is the end of.
func (c *cut) ids() ranges {
	all := slices.Clone(c.chain[0].ids)
	for _, r := range c.chain[1].ids {
		all.addRange(r)
	}
	return all
}

// since is how many secrets had been learned lately when the first of them began, or was looked at.
func (c *cut) since() uint64 {
	if len(c.chain[0].ids) > 0 {
		return min(c.chain[0].since, c.chain[1].since)
	}
	return c.chain[1].since
}

// lookedAt notes that all that c is the end of was looked at when so many secrets had been learned lately: c holds
// what one of them may begin in.
func (c *cut) lookedAt(learned uint64) {
	c.chain[0].since, c.chain[1].since = learned, learned
}
