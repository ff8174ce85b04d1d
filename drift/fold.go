package drift

// fold takes the keys of n for data.
func (n *node) fold() {
	all := &node{path: join(n.path, "*")}
	for _, child := range n.keys {
		all.merge(child)
	}
	n.isMap, n.keys = true, map[string]*node{"*": all}
}

// merge adds what is said at other.
func (n *node) merge(other *node) {
	for i, s := range other.types {
		n.types[i].merge(s)
	}
	n.yes.merge(other.yes)
	if other.items != nil {
		if n.items == nil {
			n.items = &node{path: n.path + "[]"}
		}
		n.items.merge(other.items)
	}
	for key, child := range other.keys {
		if n.isMap {
			key = "*"
		}
		if n.keys == nil {
			n.keys = map[string]*node{}
		}
		if n.keys[key] == nil {
			n.keys[key] = &node{path: join(n.path, key)}
		}
		n.keys[key].merge(child)
	}
	if other.isMap && !n.isMap {
		n.fold()
	}
}

func (s *seen) merge(other seen) {
	if s.n == 0 || other.n > 0 && other.first < s.first {
		s.first = other.first
	}
	s.n += other.n
}
