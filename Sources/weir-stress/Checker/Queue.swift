/// Elements in a row: they join at the end and leave at the front, seldom anywhere else.
struct Queue<Element> {
    private var elements: [Element] = []
    /// How many elements at the front have left already.
    private var left = 0

    var count: Int { elements.count - left }
    var isEmpty: Bool { elements.count == left }
    var first: Element? { isEmpty ? nil : elements[left] }
    var last: Element? { isEmpty ? nil : elements[elements.count - 1] }

    subscript(place: Int) -> Element {
        get { elements[left + place] }
        set { elements[left + place] = newValue }
    }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func removeFirst() {
        left += 1
        if left == elements.count {
            empty()
        } else if left >= 32, left * 2 >= elements.count {
            elements.removeFirst(left)
            left = 0
        }
    }

    mutating func removeLast() {
        elements.removeLast()
        if left == elements.count { empty() }
    }

    mutating func insert(_ element: Element, at place: Int) { elements.insert(element, at: left + place) }

    mutating func remove(at place: Int) {
        elements.remove(at: left + place)
        if left == elements.count { empty() }
    }

    /// A row that was long is seldom long again at once, so its memory goes to others.
    private mutating func empty() {
        elements.removeAll(keepingCapacity: elements.capacity <= 256)
        left = 0
    }
}
