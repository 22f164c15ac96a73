// Search trees, linked lists and walks over them by recursion.
struct node { int key, value; struct node *left, *right; };
static struct node pool[4096];
static unsigned used;
static struct node *create(int key) {
  struct node *n = &pool[used++];
  n->key = key;
  n->value = 1;
  n->left = n->right = 0;
  return n;
}
static struct node *insert(struct node *root, int key) {
  if (!root) return create(key);
  if (key < root->key) root->left = insert(root->left, key);
  else if (key > root->key) root->right = insert(root->right, key);
  else root->value++;
  return root;
}
static const struct node *find(const struct node *n, int key) {
  while (n && n->key != key) n = key < n->key ? n->left : n->right;
  return n;
}
static int depth(const struct node *n) {
  if (!n) return 0;
  int l = depth(n->left), r = depth(n->right);
  return 1 + (l > r ? l : r);
}
static int sum(const struct node *n, int factor) {
  return n ? n->value * factor + sum(n->left, factor) + sum(n->right, factor) : 0;
}
struct item { struct item *next; int value; };
static struct item items[512];
static struct item *merge(struct item *a, struct item *b) {
  struct item head, *tail = &head;
  while (a && b) {
    if (a->value <= b->value) { tail->next = a; a = a->next; }
    else { tail->next = b; b = b->next; }
    tail = tail->next;
  }
  tail->next = a ? a : b;
  return head.next;
}
static struct item *sort(struct item *list) {
  if (!list || !list->next) return list;
  struct item *slow = list, *fast = list->next;
  while (fast && fast->next) { slow = slow->next; fast = fast->next->next; }
  struct item *second = slow->next;
  slow->next = 0;
  return merge(sort(list), sort(second));
}
__attribute__((export_name("run"))) int run(unsigned count) {
  int total = 0;
  while (count--) {
    unsigned seed = count;
    struct node *root = 0;
    used = 0;
    for (int i = 0; i < 1000; i++) {
      seed = seed * 1103515245u + 12345u;
      root = insert(root, seed >> 16 & 2047);
    }
    for (int i = 0; i < 2048; i++) total += find(root, i) ? 1 : 0;
    total += depth(root) + sum(root, 3);
    for (int i = 0; i < 512; i++) {
      seed = seed * 1103515245u + 12345u;
      items[i].value = seed >> 8 & 0xFFFF;
      items[i].next = i < 511 ? &items[i + 1] : 0;
    }
    for (struct item *i = sort(items); i; i = i->next) total ^= i->value;
  }
  return total;
}
