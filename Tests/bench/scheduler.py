"""A small operating system in the manner of Richards: tasks that pass
packets, a class hierarchy, linked queues."""
import sys


class Packet:
    def __init__(self, sender, kind):
        self.sender = sender
        self.kind = kind
        self.data = [0] * 4
        self.next = None


class Task:
    def __init__(self, system, number):
        self.system = system
        self.number = number
        self.queue = None
        self.handled = 0

    def put(self, packet):
        packet.next = None
        if self.queue is None:
            self.queue = packet
            return
        last = self.queue
        while last.next is not None:
            last = last.next
        last.next = packet

    def step(self):
        packet = self.queue
        if packet is None:
            return self.idle()
        self.queue = packet.next
        self.handled += 1
        return self.handle(packet)

    def idle(self):
        return False


class Worker(Task):
    def handle(self, packet):
        for i in range(4):
            packet.data[i] = (packet.data[i] + self.number + i) & 0xFF
        target = (self.number + packet.kind + 1) % len(self.system.tasks)
        packet.kind = (packet.kind * 5 + packet.data[0]) % 7
        self.system.tasks[target].put(packet)
        return True


class Device(Task):
    def __init__(self, system, number):
        super().__init__(system, number)
        self.held = []

    def handle(self, packet):
        self.held.append(packet)
        return len(self.held) > 3 and self.idle()

    def idle(self):
        if not self.held:
            return False
        packet = self.held.pop(0)
        self.system.tasks[packet.data[1] % len(self.system.tasks)].put(packet)
        return True


class System:
    def __init__(self):
        self.tasks = []
        for number in range(6):
            kind = Device if number % 3 == 2 else Worker
            self.tasks.append(kind(self, number))

    def run(self, rounds):
        for number in range(12):
            self.tasks[number % 6].put(Packet(number, number % 7))
        switches = 0
        for _ in range(rounds):
            for task in self.tasks:
                if task.step():
                    switches += 1
        return switches


def main(scale):
    system = System()
    switches = system.run(22000 * scale)
    print(switches, [task.handled for task in system.tasks])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
