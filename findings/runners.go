package findings

import "runnertape"

// runners are all runners of a recording.
type runners struct {
	byName  map[[2]string]*tracked // by token and system id
	order   []*tracked             // as they first appeared
	aliases map[string]string      // short token after a reset to that before it
}

// of is who sent x, nil if it does not say.
func (r *runners) of(x *runnertape.Exchange) *tracked {
	who := x.Decoded.Runner
	if who.Token == "" {
		return nil
	}
	if r.byName == nil {
		r.byName, r.aliases = make(map[[2]string]*tracked), make(map[string]string)
	}
	t := r.find(who.Token, who.SystemID)
	if t == nil {
		t = &tracked{Runner: Runner{Token: who.Token, SystemID: who.SystemID, FirstSeen: x.Started}, first: x.ID}
		r.add(t)
	}
	t.meet(x, who)
	return t
}

// find is the runner of that token and machine. Who says no system id is the
// first of that token, whoever says one first is the one that said none before.
func (r *runners) find(token, systemID string) *tracked {
	if t := r.byName[[2]string{token, systemID}]; t != nil {
		return t
	}
	if systemID == "" {
		for _, t := range r.order {
			if t.Token == token {
				return t
			}
		}
	} else if t := r.byName[[2]string{token}]; t != nil {
		delete(r.byName, [2]string{token})
		t.SystemID = systemID
		r.byName[[2]string{token, systemID}] = t
		return t
	}
	if before, ok := r.aliases[token]; ok && before != token {
		if t := r.byName[[2]string{before, systemID}]; t != nil {
			r.rename(t, token)
			return t
		}
	}
	return nil
}

func (t *tracked) key() [2]string { return [2]string{t.Token, t.SystemID} }

func (r *runners) add(t *tracked) {
	if len(r.order) >= maxRunners {
		first := r.order[0]
		delete(r.byName, first.key())
		r.order = r.order[1:]
	}
	r.order = append(r.order, t)
	r.byName[t.key()] = t
}

// rename gives a runner its new token.
func (r *runners) rename(t *tracked, token string) {
	delete(r.byName, t.key())
	if len(t.Earlier) < maxVersions {
		t.Earlier = append(t.Earlier, t.Token)
	}
	t.Token = token
	r.byName[t.key()] = t
}
